CREATE TABLE scans (
	evidence      TEXT NOT NULL PRIMARY KEY,
	professional  TEXT NOT NULL,
	due_at        INTEGER, -- while it waits: when it may be claimed
	token         TEXT,
	confirmed_at  INTEGER,
	record        BLOB NOT NULL,
	device_text   BLOB NOT NULL,
	found         BLOB NOT NULL,
	confirmations BLOB NOT NULL
);

CREATE INDEX scans_of ON scans (professional);

CREATE INDEX scans_due ON scans (due_at) WHERE due_at IS NOT NULL;

CREATE INDEX scans_confirmed ON scans (confirmed_at) WHERE confirmed_at IS NOT NULL;
