-- Who is called when something happens, and the calls. Plain tables of this store: they are neither logged as changes nor sent to
-- mirrors. events: bits; state: the numbers of core/wh-webhook.h. Changes up to `cursor` have their deliveries.

CREATE TABLE webhook (
  id BLOB NOT NULL PRIMARY KEY, url TEXT NOT NULL, events INTEGER NOT NULL, secret TEXT NOT NULL, state INTEGER NOT NULL, reason TEXT,
  cursor INTEGER NOT NULL, failures INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  created_by TEXT NOT NULL, holder TEXT, lease_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_delivery (
  id BLOB NOT NULL PRIMARY KEY, webhook BLOB NOT NULL, seq INTEGER NOT NULL, event INTEGER NOT NULL, body TEXT NOT NULL,
  state INTEGER NOT NULL, tries INTEGER NOT NULL, due_at INTEGER NOT NULL, created_at INTEGER NOT NULL, ended_at INTEGER,
  status INTEGER NOT NULL, error TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook, due_at) WHERE state = 1;
CREATE INDEX webhook_delivery_order ON webhook_delivery (webhook, seq);
