-- What every GeoPackage holds (OGC 12-128r18, clause 1.1), and the tables that make one a store.
-- The number of the format stands in sisetu_store; raise it when an older program could no longer read or write the file.

PRAGMA application_id = 0x47504B47; -- "GPKG"
PRAGMA user_version = 10300;

CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84', 4326, 'EPSG', 4326,
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
    'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid'),
  ('CGCS2000', 4490, 'EPSG', 4490,
    'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4490"]]',
    'longitude/latitude coordinates in decimal degrees on the CGCS2000 spheroid');

CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);

CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);

CREATE TABLE sisetu_store (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  format INTEGER NOT NULL
);
INSERT INTO sisetu_store VALUES (1, 1);

CREATE TABLE sisetu_revision (
  revision INTEGER PRIMARY KEY,
  made_at DATETIME NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  layers TEXT NOT NULL -- JSON list of the layers it changed
);

-- Versions that no longer stand, and deletions. While a feature stands, its version is the row of its layer's table.
-- A row without properties that is no deletion could not be read when it was replaced.
CREATE TABLE sisetu_version (
  fid INTEGER PRIMARY KEY,
  layer TEXT NOT NULL,
  id TEXT NOT NULL,
  tile_id INTEGER NOT NULL,
  geom BLOB,
  properties TEXT, -- JSON object
  revision INTEGER NOT NULL,
  origin TEXT,
  valid_from DATETIME NOT NULL,
  deleted BOOLEAN NOT NULL
);
CREATE INDEX sisetu_version_of ON sisetu_version (layer, id, revision);
CREATE INDEX sisetu_version_tile_id ON sisetu_version (layer, tile_id);

INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES
  ('sisetu_store', 'attributes', 'sisetu_store', 'format of this store'),
  ('sisetu_revision', 'attributes', 'sisetu_revision', 'revisions'),
  ('sisetu_version', 'attributes', 'sisetu_version', 'earlier versions and deletions');

-- The table `sisetu_journal` is made by journal.rs, for new files and for those from before it.
