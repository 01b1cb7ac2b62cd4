-- lists is ce.Overview.Listings in JSON, its instants in milliseconds; what is never is 253402214400000 (the last day of the year 9999). next_end and
-- risk_from are those of all certifications together.
ALTER TABLE members ADD COLUMN overview BLOB;
ALTER TABLE members ADD COLUMN overview_sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN overview_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN lists TEXT NOT NULL DEFAULT '[{"program":"","state":"NOT_APPLICABLE","next":253402214400000,"risk":253402214400000}]';
ALTER TABLE members ADD COLUMN next_end INTEGER NOT NULL DEFAULT 253402214400000;
ALTER TABLE members ADD COLUMN risk_from INTEGER NOT NULL DEFAULT 253402214400000;

-- member_lists has each current member under each of her groups, and under '' for all, with each of her listings. What the lists are ordered by
-- is of all certifications; state, program_end and program_risk are of the listing. It follows from members.
CREATE TABLE member_lists (
	organization TEXT NOT NULL,
	in_group     TEXT NOT NULL,
	program      TEXT NOT NULL,
	sort_name    TEXT NOT NULL,
	member       TEXT NOT NULL,
	next_end     INTEGER NOT NULL,
	risk_from    INTEGER NOT NULL,
	state        TEXT NOT NULL,
	program_end  INTEGER NOT NULL,
	program_risk INTEGER NOT NULL,
	PRIMARY KEY (organization, in_group, program, sort_name, member)
) WITHOUT ROWID;
CREATE INDEX member_lists_next_end ON member_lists (organization, in_group, program, next_end, member);
CREATE INDEX member_lists_risk_from ON member_lists (organization, in_group, program, risk_from, member);
CREATE INDEX member_lists_tally ON member_lists (organization, in_group, program, state, program_end, program_risk, member);
CREATE INDEX member_lists_member ON member_lists (member);
DROP INDEX members_sort_name;
CREATE INDEX members_overview_at ON members (organization, overview_at);

INSERT INTO member_lists SELECT organization, '', '', sort_name, id, next_end, risk_from, 'NOT_APPLICABLE', next_end, risk_from FROM members WHERE left_at IS NULL;
INSERT INTO member_lists SELECT m.organization, g.value, '', m.sort_name, m.id, m.next_end, m.risk_from, 'NOT_APPLICABLE', m.next_end, m.risk_from
	FROM members AS m, json_each(m.groups) AS g WHERE m.left_at IS NULL;
UPDATE standings SET changes_on = 0 WHERE professional IN (SELECT professional FROM members WHERE left_at IS NULL);
