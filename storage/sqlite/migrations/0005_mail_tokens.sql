CREATE TABLE mail_tokens (
	id           TEXT PRIMARY KEY,
	purpose      TEXT NOT NULL,
	professional TEXT NOT NULL,
	holds        TEXT NOT NULL,
	expires_at   INTEGER,
	created_at   INTEGER
) WITHOUT ROWID;
CREATE INDEX mail_tokens_professional ON mail_tokens (professional);
CREATE INDEX mail_tokens_expires_at ON mail_tokens (expires_at);
