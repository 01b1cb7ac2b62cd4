-- What organizations did with credits of professionals. What was told stays for as long as notifications do, so that it is not told again.
CREATE TABLE credit_news (
	id           TEXT PRIMARY KEY,
	professional TEXT NOT NULL,
	at           INTEGER NOT NULL,
	told         INTEGER NOT NULL,
	record       BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX credit_news_told ON credit_news (professional, told, at, id);
CREATE INDEX credit_news_at ON credit_news (at);

-- When news is to be told. due_at is null while there is none, token unless it is claimed, told_at until some was told.
CREATE TABLE credit_news_due (
	professional TEXT PRIMARY KEY,
	due_at       INTEGER,
	token        TEXT,
	told_at      INTEGER
) WITHOUT ROWID;
CREATE INDEX credit_news_due_at ON credit_news_due (due_at);
