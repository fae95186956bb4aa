-- Orders in which long lists are asked for; see ../sqlite/0003-lists.sql.
CREATE INDEX product_name ON product (lower(substr(name, 1, 256)), id);
CREATE INDEX price_observed ON price (observed_at, id);
