-- What waits to be sent. AUTOINCREMENT: a number is never given twice, also when the last letter is gone.

CREATE TABLE letter (
  number INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, state INTEGER NOT NULL,
  server_id TEXT NOT NULL, user TEXT NOT NULL, action TEXT NOT NULL, epoch TEXT NOT NULL,
  base_revision INTEGER NOT NULL, format INTEGER NOT NULL, created_at INTEGER NOT NULL, content BLOB NOT NULL, digest BLOB NOT NULL
) STRICT;
CREATE INDEX letter_waiting ON letter (state, number);

CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO fact VALUES ('generation', '0'), ('letters', '0'), ('bytes', '0');
