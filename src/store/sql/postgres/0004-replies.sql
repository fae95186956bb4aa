-- What was answered to a write that came with an idempotency key; see ../sqlite/0005-replies.sql.

CREATE TABLE reply (
  who TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, request BYTEA NOT NULL, kept_at BIGINT NOT NULL,
  status BIGINT NOT NULL, location TEXT COLLATE "C", tag TEXT COLLATE "C", data TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (who, key)
);
CREATE INDEX reply_kept ON reply (kept_at);
