CREATE TABLE organizations (
	id      TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	digest  TEXT NOT NULL,
	record  BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE organization_owners (
	professional TEXT NOT NULL,
	organization TEXT NOT NULL,
	PRIMARY KEY (professional, organization)
) WITHOUT ROWID;
CREATE INDEX organization_owners_organization ON organization_owners (organization);

-- groups is a list in JSON, of the ids that are in the record, too. left_at is null while she is a member.
CREATE TABLE members (
	id           TEXT PRIMARY KEY,
	organization TEXT NOT NULL,
	professional TEXT NOT NULL,
	version      INTEGER NOT NULL,
	name         TEXT NOT NULL,
	sort_name    TEXT NOT NULL,
	role         TEXT NOT NULL,
	groups       TEXT NOT NULL,
	joined_at    INTEGER NOT NULL,
	left_at      INTEGER,
	record       BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX members_professional ON members (professional);
CREATE INDEX members_sort_name ON members (organization, sort_name, id) WHERE left_at IS NULL;
CREATE INDEX members_role ON members (organization, role, joined_at, id);

CREATE TABLE invitations (
	id           TEXT PRIMARY KEY,
	organization TEXT NOT NULL,
	version      INTEGER NOT NULL,
	digest       TEXT NOT NULL,
	secret_hash  TEXT NOT NULL UNIQUE,
	created_at   INTEGER NOT NULL,
	expires_at   INTEGER NOT NULL,
	open         INTEGER NOT NULL, -- 0 once it is revoked or was used as often as it may be
	uses         INTEGER NOT NULL,
	record       BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX invitations_created_at ON invitations (organization, open, created_at, id);
CREATE INDEX invitations_expires_at ON invitations (expires_at);

CREATE TABLE organization_log (
	organization TEXT NOT NULL,
	at           INTEGER NOT NULL,
	id           TEXT NOT NULL,
	record       BLOB NOT NULL,
	PRIMARY KEY (organization, at, id)
) WITHOUT ROWID;
