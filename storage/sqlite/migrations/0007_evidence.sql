CREATE TABLE evidence (
	professional TEXT NOT NULL,
	created_at   INTEGER NOT NULL,
	id           TEXT NOT NULL UNIQUE,
	version      INTEGER NOT NULL,
	digest       TEXT NOT NULL,
	record       BLOB NOT NULL,
	PRIMARY KEY (professional, created_at, id)
) WITHOUT ROWID;
