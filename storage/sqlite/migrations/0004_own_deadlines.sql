CREATE TABLE own_deadlines (
	professional TEXT NOT NULL,
	created_at   INTEGER NOT NULL,
	id           TEXT NOT NULL UNIQUE,
	version      INTEGER NOT NULL,
	digest       TEXT NOT NULL,
	record       BLOB NOT NULL,
	PRIMARY KEY (professional, created_at, id)
) WITHOUT ROWID;

CREATE TABLE calendar_feeds (
	professional TEXT PRIMARY KEY,
	secret_hash  TEXT NOT NULL UNIQUE,
	record       BLOB NOT NULL
) WITHOUT ROWID;
