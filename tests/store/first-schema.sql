-- A store as the first schema held it: two strains with a lab result each, a shop, a product and its price. Never change it.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE note (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO note VALUES('epoch','01a20e6c-2e5f-7eb4-b13b-02c9f449385a');
INSERT INTO note VALUES('server_id','01a20e6c-2e5f-7eac-8d8c-7643227d6c7b');
CREATE TABLE analyte (
  number INTEGER PRIMARY KEY,
  key    TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO analyte VALUES(1,'delta_9_thc');
INSERT INTO analyte VALUES(2,'thca');
INSERT INTO analyte VALUES(3,'delta_8_thc');
INSERT INTO analyte VALUES(4,'delta_10_thc');
INSERT INTO analyte VALUES(5,'cbd');
INSERT INTO analyte VALUES(6,'cbda');
INSERT INTO analyte VALUES(7,'cbg');
INSERT INTO analyte VALUES(8,'cbga');
INSERT INTO analyte VALUES(9,'cbc');
INSERT INTO analyte VALUES(10,'cbca');
INSERT INTO analyte VALUES(11,'cbn');
INSERT INTO analyte VALUES(12,'cbna');
INSERT INTO analyte VALUES(13,'thcv');
INSERT INTO analyte VALUES(14,'thcva');
INSERT INTO analyte VALUES(15,'cbdv');
INSERT INTO analyte VALUES(16,'cbdva');
INSERT INTO analyte VALUES(17,'cbl');
INSERT INTO analyte VALUES(18,'cbla');
INSERT INTO analyte VALUES(19,'cbt');
INSERT INTO analyte VALUES(20,'cannabicitran');
INSERT INTO analyte VALUES(21,'cannabitriol');
INSERT INTO analyte VALUES(22,'cbcv');
INSERT INTO analyte VALUES(23,'cbgm');
INSERT INTO analyte VALUES(24,'cbgv');
INSERT INTO analyte VALUES(25,'cbe');
INSERT INTO analyte VALUES(26,'cbdb');
INSERT INTO analyte VALUES(27,'cbdp');
INSERT INTO analyte VALUES(28,'thcp');
INSERT INTO analyte VALUES(29,'thcb');
INSERT INTO analyte VALUES(30,'thch');
INSERT INTO analyte VALUES(31,'hhc');
INSERT INTO analyte VALUES(32,'hhca');
INSERT INTO analyte VALUES(33,'hhcp');
INSERT INTO analyte VALUES(34,'r_hhc');
INSERT INTO analyte VALUES(35,'s_hhc');
INSERT INTO analyte VALUES(36,'delta_8_thcv');
INSERT INTO analyte VALUES(37,'delta_8_thc_acetate');
INSERT INTO analyte VALUES(38,'delta_9_thc_acetate');
INSERT INTO analyte VALUES(39,'thd');
INSERT INTO analyte VALUES(40,'beta_myrcene');
INSERT INTO analyte VALUES(41,'d_limonene');
INSERT INTO analyte VALUES(42,'beta_caryophyllene');
INSERT INTO analyte VALUES(43,'alpha_pinene');
INSERT INTO analyte VALUES(44,'beta_pinene');
INSERT INTO analyte VALUES(45,'terpinolene');
INSERT INTO analyte VALUES(46,'ocimene');
INSERT INTO analyte VALUES(47,'alpha_ocimene');
INSERT INTO analyte VALUES(48,'beta_ocimene');
INSERT INTO analyte VALUES(49,'cis_beta_ocimene');
INSERT INTO analyte VALUES(50,'trans_beta_ocimene');
INSERT INTO analyte VALUES(51,'cis_ocimene');
INSERT INTO analyte VALUES(52,'trans_ocimene');
INSERT INTO analyte VALUES(53,'alpha_humulene');
INSERT INTO analyte VALUES(54,'linalool');
INSERT INTO analyte VALUES(55,'alpha_bisabolol');
INSERT INTO analyte VALUES(56,'nerolidol');
INSERT INTO analyte VALUES(57,'cis_nerolidol');
INSERT INTO analyte VALUES(58,'trans_nerolidol');
INSERT INTO analyte VALUES(59,'eucalyptol');
INSERT INTO analyte VALUES(60,'camphene');
INSERT INTO analyte VALUES(61,'delta_3_carene');
INSERT INTO analyte VALUES(62,'alpha_terpinene');
INSERT INTO analyte VALUES(63,'gamma_terpinene');
INSERT INTO analyte VALUES(64,'beta_terpinene');
INSERT INTO analyte VALUES(65,'para_cymene');
INSERT INTO analyte VALUES(66,'ortho_cymene');
INSERT INTO analyte VALUES(67,'meta_cymene');
INSERT INTO analyte VALUES(68,'alpha_phellandrene');
INSERT INTO analyte VALUES(69,'beta_phellandrene');
INSERT INTO analyte VALUES(70,'beta_phellandrene_limonene');
INSERT INTO analyte VALUES(71,'sabinene');
INSERT INTO analyte VALUES(72,'sabinene_hydrate');
INSERT INTO analyte VALUES(73,'isopulegol');
INSERT INTO analyte VALUES(74,'geraniol');
INSERT INTO analyte VALUES(75,'nerol');
INSERT INTO analyte VALUES(76,'borneol');
INSERT INTO analyte VALUES(77,'isoborneol');
INSERT INTO analyte VALUES(78,'camphor');
INSERT INTO analyte VALUES(79,'fenchone');
INSERT INTO analyte VALUES(80,'l_fenchone');
INSERT INTO analyte VALUES(81,'fenchol');
INSERT INTO analyte VALUES(82,'endo_fenchyl_alcohol');
INSERT INTO analyte VALUES(83,'beta_fenchol');
INSERT INTO analyte VALUES(84,'menthol');
INSERT INTO analyte VALUES(85,'menthone');
INSERT INTO analyte VALUES(86,'d_isomenthone');
INSERT INTO analyte VALUES(87,'pulegone');
INSERT INTO analyte VALUES(88,'pulegol');
INSERT INTO analyte VALUES(89,'piperitone');
INSERT INTO analyte VALUES(90,'carvone');
INSERT INTO analyte VALUES(91,'s_carvone');
INSERT INTO analyte VALUES(92,'carvacrol');
INSERT INTO analyte VALUES(93,'thymol');
INSERT INTO analyte VALUES(94,'thujone');
INSERT INTO analyte VALUES(95,'verbenone');
INSERT INTO analyte VALUES(96,'citral');
INSERT INTO analyte VALUES(97,'neral');
INSERT INTO analyte VALUES(98,'geranial');
INSERT INTO analyte VALUES(99,'citronellol');
INSERT INTO analyte VALUES(100,'geranyl_acetate');
INSERT INTO analyte VALUES(101,'isobornyl_acetate');
INSERT INTO analyte VALUES(102,'octyl_acetate');
INSERT INTO analyte VALUES(103,'safranal');
INSERT INTO analyte VALUES(104,'terpineol');
INSERT INTO analyte VALUES(105,'terpinen_4_ol');
INSERT INTO analyte VALUES(106,'alpha_terpineol');
INSERT INTO analyte VALUES(107,'gamma_terpineol');
INSERT INTO analyte VALUES(108,'guaiol');
INSERT INTO analyte VALUES(109,'caryophyllene_oxide');
INSERT INTO analyte VALUES(110,'trans_caryophyllene_isomer');
INSERT INTO analyte VALUES(111,'valencene');
INSERT INTO analyte VALUES(112,'farnesene');
INSERT INTO analyte VALUES(113,'alpha_farnesene');
INSERT INTO analyte VALUES(114,'beta_farnesene');
INSERT INTO analyte VALUES(115,'cis_beta_farnesene');
INSERT INTO analyte VALUES(116,'trans_beta_farnesene');
INSERT INTO analyte VALUES(117,'cis_farnesol');
INSERT INTO analyte VALUES(118,'trans_farnesol');
INSERT INTO analyte VALUES(119,'cedrol');
INSERT INTO analyte VALUES(120,'alpha_cedrene');
INSERT INTO analyte VALUES(121,'beta_cedrene');
INSERT INTO analyte VALUES(122,'beta_eudesmol');
INSERT INTO analyte VALUES(123,'gamma_eudesmol');
INSERT INTO analyte VALUES(124,'eudesma');
INSERT INTO analyte VALUES(125,'nootkatone');
INSERT INTO analyte VALUES(126,'cis_bergamotene');
INSERT INTO analyte VALUES(127,'trans_bergamotene');
INSERT INTO analyte VALUES(128,'delta_guaiene');
INSERT INTO analyte VALUES(129,'alpha_guaiene');
INSERT INTO analyte VALUES(130,'gamma_cadinene');
INSERT INTO analyte VALUES(131,'gamma_selinene');
INSERT INTO analyte VALUES(132,'alpha_gurjunene');
INSERT INTO analyte VALUES(133,'aromadendrene');
INSERT INTO analyte VALUES(134,'gamma_elemene');
INSERT INTO analyte VALUES(135,'phytol');
INSERT INTO analyte VALUES(136,'phytane');
INSERT INTO analyte VALUES(137,'squalene');
INSERT INTO analyte VALUES(138,'two_piperidone');
CREATE TABLE strain (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  name TEXT NOT NULL, slug TEXT, aliases TEXT, type TEXT, genetics TEXT, breeder TEXT, description TEXT, flavors TEXT,
  popularity_score REAL
) STRICT;
INSERT INTO strain VALUES(1,X'5ca6cfbd5c878f6d8cd24b63bf16121f',7,1795538300557899,1795538300586915,'generic-lab','Blue Dream','blue-dream',NULL,'hybrid',NULL,NULL,NULL,NULL,0.9000000000000000222);
INSERT INTO strain VALUES(2,X'a4d65fbc03948c2781d4153f97568e37',8,1795538300557899,1795538300586915,'generic-lab','Sour Diesel','sour-diesel',NULL,'sativa',NULL,NULL,NULL,NULL,0.8000000000000000444);
CREATE TABLE dispensary (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  name TEXT NOT NULL, slug TEXT, legal_name TEXT, address TEXT, city TEXT, county TEXT, state TEXT, postal_code TEXT,
  latitude REAL, longitude REAL, phone TEXT, website TEXT, license_number TEXT, license_type TEXT, license_class TEXT,
  license_status TEXT, license_issued INTEGER, license_expiry INTEGER, hours TEXT, delivery_available INTEGER,
  pickup_available INTEGER
) STRICT;
INSERT INTO dispensary VALUES(1,X'31e4740efdfb831aa7d98a1eae0aa09c',9,1795538300611474,1795538300611474,'generic-dispensaries','Green Door','green-door',NULL,'1 Main St','Newark',NULL,'NJ','07102',NULL,NULL,NULL,NULL,'L-1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO dispensary VALUES(2,X'a2b7329d455d86c5af12abe1cfc00faa',10,1795538300631895,1795538300631895,'generic-menu','Green Door','green-door',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE batch (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  strain_id BLOB, name TEXT NOT NULL, producer TEXT, product_type TEXT, batch_number TEXT, harvest_date INTEGER
) STRICT;
INSERT INTO batch VALUES(1,X'72677b8bd41f8ffaac43287b7ae286f5',2,1795538300557899,1795538300557899,'generic-lab',X'5ca6cfbd5c878f6d8cd24b63bf16121f','Blue Dream','Acme Farms','flower',NULL,NULL);
INSERT INTO batch VALUES(2,X'e58d66388b788a89a1005358823345ce',5,1795538300557899,1795538300557899,'generic-lab',X'a4d65fbc03948c2781d4153f97568e37','Sour Diesel','Acme Farms','flower',NULL,NULL);
CREATE TABLE lab_result (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  batch_id BLOB NOT NULL, lab_name TEXT, sample_id TEXT, test_date INTEGER, unit TEXT, basis TEXT, unit_grams REAL,
  status TEXT, truncated INTEGER, moisture_percent REAL, checks TEXT, safety TEXT, origin TEXT
) STRICT;
INSERT INTO lab_result VALUES(1,X'e81dd4748ec68d27a1359a351b1d0b71',3,1795538300557899,1795538300557899,'generic-lab',X'72677b8bd41f8ffaac43287b7ae286f5','Test Lab','S1',1767312000000000,'unknown','unknown',NULL,NULL,NULL,NULL,NULL,NULL,'lab.csv:2');
INSERT INTO lab_result VALUES(2,X'dbbd030053b3806d951ee45158b5e755',6,1795538300557899,1795538300557899,'generic-lab',X'e58d66388b788a89a1005358823345ce','Test Lab','S2',1767398400000000,'unknown','unknown',NULL,NULL,NULL,NULL,NULL,NULL,'lab.csv:3');
CREATE TABLE measurement (
  result  INTEGER NOT NULL,
  analyte INTEGER NOT NULL,
  state   INTEGER NOT NULL,
  unit    INTEGER NOT NULL,
  basis   INTEGER NOT NULL,
  value REAL, lod REAL, loq REAL, text TEXT,
  PRIMARY KEY (result, analyte)
) STRICT, WITHOUT ROWID;
INSERT INTO measurement VALUES(1,1,1,1,0,4.0,NULL,NULL,'0.4');
INSERT INTO measurement VALUES(1,2,1,1,0,201.0,NULL,NULL,'20.1');
INSERT INTO measurement VALUES(1,5,3,1,0,NULL,NULL,NULL,'ND');
INSERT INTO measurement VALUES(1,40,1,1,0,6.2000000000000001776,NULL,NULL,'6.2');
INSERT INTO measurement VALUES(1,41,1,1,0,3.1000000000000000888,NULL,NULL,'3.1');
INSERT INTO measurement VALUES(1,54,2,1,0,NULL,NULL,0.050000000000000002775,'<0.05');
INSERT INTO measurement VALUES(2,1,1,1,0,6.0,NULL,NULL,'0.6');
INSERT INTO measurement VALUES(2,2,1,1,0,184.0,NULL,NULL,'18.4');
INSERT INTO measurement VALUES(2,5,1,1,0,1.0,NULL,NULL,'0.1');
INSERT INTO measurement VALUES(2,40,1,1,0,2.2000000000000001776,NULL,NULL,'2.2');
INSERT INTO measurement VALUES(2,41,0,1,0,NULL,NULL,NULL,'NT');
INSERT INTO measurement VALUES(2,54,1,1,0,0.4000000000000000222,NULL,NULL,'0.4');
CREATE TABLE product (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  dispensary_id BLOB NOT NULL, strain_id BLOB, batch_id BLOB, name TEXT NOT NULL, brand TEXT, category TEXT, subcategory TEXT,
  description TEXT, strain_type TEXT, weight_grams REAL, amount TEXT, thc_percentage REAL, cbd_percentage REAL, thc_mg REAL,
  in_stock INTEGER, stock_quantity INTEGER, price_cents INTEGER, currency TEXT, price_observed_at INTEGER, url TEXT
) STRICT;
INSERT INTO product VALUES(1,X'ce52ebc9f11b8a0b946d3c76ee8b7dbf',11,1795538300631895,1795538300631895,'generic-menu',X'a2b7329d455d86c5af12abe1cfc00faa',X'5ca6cfbd5c878f6d8cd24b63bf16121f',NULL,'Blue Dream','Acme','flower',NULL,NULL,NULL,3.5,'3.5g',NULL,NULL,NULL,1,NULL,4200,'USD',1795538300630892,NULL);
CREATE TABLE price (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  product_id BLOB NOT NULL, amount_cents INTEGER NOT NULL, list_cents INTEGER, currency TEXT, unit TEXT, tax_basis TEXT,
  observed_at INTEGER, observed_by TEXT
) STRICT;
INSERT INTO price VALUES(1,X'3fdb4354f82f88f0ad8b0da0a68b5950',12,1795538300631895,1795538300631895,'generic-menu',X'ce52ebc9f11b8a0b946d3c76ee8b7dbf',4200,NULL,'USD','package','unknown',1795538300630892,'menu.csv');
CREATE TABLE change_log (
  seq   INTEGER PRIMARY KEY,
  kind  INTEGER NOT NULL,
  id    BLOB NOT NULL,
  op    INTEGER NOT NULL,
  audit INTEGER NOT NULL
) STRICT;
INSERT INTO change_log VALUES(1,1,X'5ca6cfbd5c878f6d8cd24b63bf16121f',0,1);
INSERT INTO change_log VALUES(2,3,X'72677b8bd41f8ffaac43287b7ae286f5',0,1);
INSERT INTO change_log VALUES(3,4,X'e81dd4748ec68d27a1359a351b1d0b71',0,1);
INSERT INTO change_log VALUES(4,1,X'a4d65fbc03948c2781d4153f97568e37',0,1);
INSERT INTO change_log VALUES(5,3,X'e58d66388b788a89a1005358823345ce',0,1);
INSERT INTO change_log VALUES(6,4,X'dbbd030053b3806d951ee45158b5e755',0,1);
INSERT INTO change_log VALUES(7,1,X'5ca6cfbd5c878f6d8cd24b63bf16121f',0,2);
INSERT INTO change_log VALUES(8,1,X'a4d65fbc03948c2781d4153f97568e37',0,2);
INSERT INTO change_log VALUES(9,2,X'31e4740efdfb831aa7d98a1eae0aa09c',0,3);
INSERT INTO change_log VALUES(10,2,X'a2b7329d455d86c5af12abe1cfc00faa',0,4);
INSERT INTO change_log VALUES(11,5,X'ce52ebc9f11b8a0b946d3c76ee8b7dbf',0,4);
INSERT INTO change_log VALUES(12,6,X'3fdb4354f82f88f0ad8b0da0a68b5950',0,4);
CREATE TABLE tombstone (
  kind INTEGER NOT NULL,
  id   BLOB NOT NULL,
  seq  INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  seq         INTEGER PRIMARY KEY,
  time        INTEGER NOT NULL,
  principal   TEXT NOT NULL,
  action      TEXT NOT NULL,
  object      TEXT NOT NULL,
  change_hash BLOB NOT NULL,
  prev_hash   BLOB NOT NULL,
  hash        BLOB NOT NULL
) STRICT;
INSERT INTO audit VALUES(1,1795538300557899,'local:root','import.lab','strain/5ca6cfbd-5c87-8f6d-8cd2-4b63bf16121f',X'0f76859c756a4f49748ed63085f634b5b83210be6d7690e9683b268ee1f7b9bb',X'0000000000000000000000000000000000000000000000000000000000000000',X'1713909bbabafd089c4926dd21c55595756b818b4c1f47ff211669b33458d9ce');
INSERT INTO audit VALUES(2,1795538300586915,'local:root','import.strains','strain/5ca6cfbd-5c87-8f6d-8cd2-4b63bf16121f',X'029437a5abb6ef15f804840f4b658ffb0b457c5e57a51223044549427d54c5e3',X'1713909bbabafd089c4926dd21c55595756b818b4c1f47ff211669b33458d9ce',X'768ff000a895d8bcce4015fd2f8fda259728950e6b37915ed9260ef8822a6a0c');
INSERT INTO audit VALUES(3,1795538300611474,'local:root','import.dispensaries','dispensary/31e4740e-fdfb-831a-a7d9-8a1eae0aa09c',X'4dbcad3b85cdfbe8b8f1bd5ba9c4e7cc32cf251222cd4fc4a68fd4cb1172660f',X'768ff000a895d8bcce4015fd2f8fda259728950e6b37915ed9260ef8822a6a0c',X'26c109e8844360697a1d9bc8bb3da7902f31304e1d151ae9c7cc43ec5647a31e');
INSERT INTO audit VALUES(4,1795538300631895,'local:root','import.menu','dispensary/a2b7329d-455d-86c5-af12-abe1cfc00faa',X'3bb75baace3a1e9fa9d22dc533ba751a9df0af17c4080ee640a142adb7718ed4',X'26c109e8844360697a1d9bc8bb3da7902f31304e1d151ae9c7cc43ec5647a31e',X'8d9bde6283f5a7cc7b986fb2296a51364052e577dba0b46c230fd0d5a5772e78');
CREATE INDEX batch_strain ON batch (strain_id);
CREATE INDEX lab_result_batch ON lab_result (batch_id);
CREATE INDEX product_strain ON product (strain_id);
CREATE INDEX product_dispensary ON product (dispensary_id);
CREATE INDEX price_product ON price (product_id);
COMMIT;
