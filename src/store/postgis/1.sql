-- Migration 1: what stands, what stood, and the revisions between.

CREATE TABLE sisetu.revision (
  revision bigint PRIMARY KEY,
  made_at timestamptz NOT NULL,
  author text NOT NULL,
  reason text NOT NULL,
  layers text[] NOT NULL
);

-- `json`, not `jsonb`: texts and numbers come back exactly as they were written, in their order.
CREATE TABLE sisetu.feature (
  layer text NOT NULL,
  id text NOT NULL,
  tile_id bigint NOT NULL,
  geom geometry(Geometry, 4490) NOT NULL,
  properties json NOT NULL,
  revision bigint NOT NULL,
  origin text,
  valid_from timestamptz NOT NULL,
  PRIMARY KEY (layer, id),
  UNIQUE (layer, tile_id)
);

-- Versions that no longer stand, and deletions. While a feature stands, its version is its row in `feature`.
CREATE TABLE sisetu.version (
  layer text NOT NULL,
  id text NOT NULL,
  tile_id bigint NOT NULL,
  geom geometry(Geometry, 4490),
  properties json,
  revision bigint NOT NULL,
  origin text,
  valid_from timestamptz NOT NULL,
  deleted boolean NOT NULL,
  PRIMARY KEY (layer, id, revision)
);
CREATE INDEX version_tile_id ON sisetu.version (layer, tile_id);
