CREATE TABLE reminder_preferences (
	professional TEXT PRIMARY KEY,
	version      INTEGER NOT NULL,
	record       BLOB NOT NULL
) WITHOUT ROWID;

-- A claim moves next_at to its end, so that one index finds both what is due and what a dead worker left.
CREATE TABLE plans (
	professional TEXT NOT NULL UNIQUE,
	next_at      INTEGER,
	token        TEXT,
	told         BLOB,
	record       BLOB
);
CREATE INDEX plans_next_at ON plans (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE devices (
	id           TEXT PRIMARY KEY,
	professional TEXT NOT NULL,
	seen_at      INTEGER NOT NULL,
	created_at   INTEGER NOT NULL,
	record       BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX devices_professional ON devices (professional, seen_at, id);
CREATE INDEX devices_seen_at ON devices (seen_at);

-- push_at and email_at are when a delivery that is pending is due, or when its claim ends; then there is a token.
CREATE TABLE notifications (
	professional TEXT NOT NULL,
	created_at   INTEGER NOT NULL,
	id           TEXT NOT NULL UNIQUE,
	read_at      INTEGER,
	push_state   TEXT NOT NULL,
	push_at      INTEGER,
	push_token   TEXT,
	push         BLOB NOT NULL,
	email_state  TEXT NOT NULL,
	email_at     INTEGER,
	email_token  TEXT,
	email        BLOB NOT NULL,
	record       BLOB NOT NULL,
	PRIMARY KEY (professional, created_at, id)
) WITHOUT ROWID;
CREATE INDEX notifications_created_at ON notifications (created_at);
CREATE INDEX notifications_unread ON notifications (professional, created_at, id) WHERE read_at IS NULL;
CREATE INDEX notifications_push ON notifications (push_state, push_at) WHERE push_state IN ('PENDING', 'FAILED');
CREATE INDEX notifications_email ON notifications (email_state, email_at) WHERE email_state IN ('PENDING', 'FAILED');

-- What was derived before has no plan: all of it is due to be derived anew.
UPDATE standings SET changes_on = 0;
