PRAGMA application_id = 1097032562; -- "Accr"

CREATE TABLE server (starts INTEGER NOT NULL);
INSERT INTO server VALUES (0);

CREATE TABLE professionals (
	id      TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	record  BLOB NOT NULL
) WITHOUT ROWID;

-- Days are counted from 1970-01-01; instants are milliseconds since then.
CREATE TABLE erasures (
	professional TEXT PRIMARY KEY,
	at           INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX erasures_at ON erasures (at);

CREATE TABLE certifications (
	professional TEXT NOT NULL,
	created_at   INTEGER NOT NULL,
	id           TEXT NOT NULL UNIQUE,
	version      INTEGER NOT NULL,
	digest       TEXT NOT NULL,
	record       BLOB NOT NULL,
	PRIMARY KEY (professional, created_at, id)
) WITHOUT ROWID;

CREATE TABLE credits (
	professional TEXT NOT NULL,
	completed_on INTEGER NOT NULL,
	id           TEXT NOT NULL UNIQUE,
	version      INTEGER NOT NULL,
	digest       TEXT NOT NULL,
	record       BLOB NOT NULL,
	PRIMARY KEY (professional, completed_on, id)
) WITHOUT ROWID;

CREATE TABLE tombstones (
	kind         TEXT NOT NULL,
	id           TEXT NOT NULL,
	professional TEXT NOT NULL,
	version      INTEGER NOT NULL,
	digest       TEXT NOT NULL,
	removed_at   INTEGER NOT NULL,
	PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX tombstones_professional ON tombstones (professional);
CREATE INDEX tombstones_removed_at ON tombstones (removed_at);

-- Marks live apart from the facts: few at any time, they fill a page or two that every write shares.
CREATE TABLE marks (
	professional TEXT NOT NULL,
	kind         TEXT NOT NULL,
	id           TEXT NOT NULL,
	version      INTEGER NOT NULL,
	at           INTEGER NOT NULL,
	PRIMARY KEY (professional, kind, id)
) WITHOUT ROWID;

-- The sequence number under which a professional's standings were saved.
CREATE TABLE progress (
	professional TEXT PRIMARY KEY,
	sequence     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE standings (
	professional  TEXT NOT NULL,
	certification TEXT NOT NULL,
	changes_on    INTEGER,
	deadlines     BLOB,
	record        BLOB NOT NULL,
	UNIQUE (professional, certification)
);
CREATE INDEX standings_changes_on ON standings (changes_on, professional) WHERE changes_on IS NOT NULL;

CREATE TABLE accounts (
	email         TEXT PRIMARY KEY,
	professional  TEXT NOT NULL,
	version       INTEGER NOT NULL,
	password_hash TEXT NOT NULL,
	profile       BLOB NOT NULL,
	created_at    INTEGER
) WITHOUT ROWID;
CREATE INDEX accounts_professional ON accounts (professional);

CREATE TABLE sessions (
	id           TEXT PRIMARY KEY,
	professional TEXT NOT NULL,
	version      INTEGER NOT NULL,
	secret       BLOB,
	generation   INTEGER NOT NULL,
	rotated_at   INTEGER,
	expires_at   INTEGER,
	created_at   INTEGER
) WITHOUT ROWID;
CREATE INDEX sessions_professional ON sessions (professional);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE signing_keys (
	id          TEXT PRIMARY KEY,
	private_key BLOB,
	created_at  INTEGER
) WITHOUT ROWID;

CREATE TABLE attempts (
	key      TEXT PRIMARY KEY,
	count    INTEGER NOT NULL,
	reset_at INTEGER
) WITHOUT ROWID;
CREATE INDEX attempts_reset_at ON attempts (reset_at);

CREATE TABLE leases (
	name       TEXT PRIMARY KEY,
	token      TEXT NOT NULL,
	expires_at INTEGER
) WITHOUT ROWID;
