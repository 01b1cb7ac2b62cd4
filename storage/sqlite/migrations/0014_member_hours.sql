-- required and earned are of the listing, in hundredths of the program's unit. They are derived with standings, so all of those are due.
ALTER TABLE member_lists ADD COLUMN required INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member_lists ADD COLUMN earned INTEGER NOT NULL DEFAULT 0;
DROP INDEX member_lists_tally;
CREATE INDEX member_lists_tally ON member_lists (organization, in_group, program, state, program_end, program_risk, required, earned, member);
UPDATE standings SET changes_on = 0 WHERE professional IN (SELECT professional FROM members WHERE left_at IS NULL);
