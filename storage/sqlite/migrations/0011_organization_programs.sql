-- changed_at is since when certifications may not have the program as it is; removed_at makes the row a tombstone.
CREATE TABLE organization_programs (
	id           TEXT PRIMARY KEY,
	organization TEXT NOT NULL,
	version      INTEGER NOT NULL,
	digest       TEXT NOT NULL,
	created_at   INTEGER NOT NULL,
	changed_at   INTEGER,
	removed_at   INTEGER,
	record       BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX organization_programs_created_at ON organization_programs (organization, created_at, id);
CREATE INDEX organization_programs_changed_at ON organization_programs (changed_at) WHERE changed_at IS NOT NULL;
CREATE INDEX organization_programs_removed_at ON organization_programs (removed_at) WHERE removed_at IS NOT NULL;

-- The program of an organisation that the certification carries along, which is in the record, too.
ALTER TABLE certifications ADD COLUMN shared_program TEXT;
ALTER TABLE certifications ADD COLUMN shared_revision INTEGER;
CREATE INDEX certifications_shared_program ON certifications (shared_program, shared_revision) WHERE shared_program IS NOT NULL;
