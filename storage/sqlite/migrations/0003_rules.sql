-- The rules under which a professional's standings were derived, '' where that was before it was kept.
ALTER TABLE progress ADD COLUMN rules TEXT NOT NULL DEFAULT '';
CREATE INDEX progress_rules ON progress (rules, professional);
