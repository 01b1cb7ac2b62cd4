-- The credits that wait for the approval of organisations. They are derived, with standings.
CREATE TABLE review_requests (
	organization TEXT NOT NULL,
	credit       TEXT NOT NULL,
	professional TEXT NOT NULL,
	created_at   INTEGER NOT NULL,
	record       BLOB NOT NULL,
	PRIMARY KEY (organization, credit)
) WITHOUT ROWID;
CREATE INDEX review_requests_created_at ON review_requests (organization, created_at, credit);
CREATE INDEX review_requests_professional ON review_requests (professional);
