-- Who is called when something happens, and the calls; see ../sqlite/0006-webhooks.sql.

CREATE TABLE webhook (
  id BYTEA NOT NULL PRIMARY KEY, url TEXT COLLATE "C" NOT NULL, events BIGINT NOT NULL, secret TEXT COLLATE "C" NOT NULL,
  state BIGINT NOT NULL, reason TEXT COLLATE "C", cursor BIGINT NOT NULL, failures BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, created_by TEXT COLLATE "C" NOT NULL, holder TEXT COLLATE "C", lease_until BIGINT
);

CREATE TABLE webhook_delivery (
  id BYTEA NOT NULL PRIMARY KEY, webhook BYTEA NOT NULL, seq BIGINT NOT NULL, event BIGINT NOT NULL, body TEXT COLLATE "C" NOT NULL,
  state BIGINT NOT NULL, tries BIGINT NOT NULL, due_at BIGINT NOT NULL, created_at BIGINT NOT NULL, ended_at BIGINT,
  status BIGINT NOT NULL, error TEXT COLLATE "C"
);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook, due_at) WHERE state = 1;
CREATE INDEX webhook_delivery_order ON webhook_delivery (webhook, seq);
