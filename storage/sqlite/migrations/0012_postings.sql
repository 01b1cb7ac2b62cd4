CREATE TABLE postings (
	id           TEXT PRIMARY KEY,
	organization TEXT NOT NULL,
	posted_by    TEXT NOT NULL,
	version      INTEGER NOT NULL,
	created_at   INTEGER NOT NULL,
	record       BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX postings_created_at ON postings (organization, created_at, id);
CREATE INDEX postings_posted_by ON postings (organization, posted_by, created_at, id);

-- disputed_at is null unless a dispute waits, pending_since unless something is left to do.
CREATE TABLE posted_credits (
	id            TEXT PRIMARY KEY,
	organization  TEXT NOT NULL,
	posting       TEXT NOT NULL,
	professional  TEXT NOT NULL,
	place         INTEGER NOT NULL,
	version       INTEGER NOT NULL,
	withdrawn     INTEGER NOT NULL,
	state         TEXT NOT NULL,
	disputed_at   INTEGER,
	pending_since INTEGER,
	record        BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX posted_credits_place ON posted_credits (posting, place);
CREATE INDEX posted_credits_state ON posted_credits (posting, state);
CREATE INDEX posted_credits_professional ON posted_credits (professional);
CREATE INDEX posted_credits_disputed_at ON posted_credits (organization, disputed_at, id);
CREATE INDEX posted_credits_pending_since ON posted_credits (pending_since) WHERE pending_since IS NOT NULL;

-- By what organisations find their members: digests.
CREATE TABLE found_by (
	professional TEXT NOT NULL,
	key          TEXT NOT NULL,
	PRIMARY KEY (professional, key)
) WITHOUT ROWID;
CREATE INDEX found_by_key ON found_by (key);

-- Whoever is there already is refreshed, which sets them.
INSERT INTO marks (professional, kind, id, version, at) SELECT id, 'profile', id, version, 0 FROM professionals WHERE true ON CONFLICT DO NOTHING;
