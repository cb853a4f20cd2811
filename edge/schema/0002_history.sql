-- Samples of days gone by, packed as the wire's backfill chunks: a twentieth of their room.
CREATE TABLE packed (
    first   INTEGER PRIMARY KEY,
    last    INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,  -- of the newest row
    chunk   BLOB    NOT NULL,
    crc     INTEGER NOT NULL
);

-- Means of quarter hours, sums of litres and open seconds; zone '' is the house.
CREATE TABLE quarter (
    start_ms INTEGER NOT NULL,
    zone     TEXT    NOT NULL,
    metrics  TEXT    NOT NULL,
    PRIMARY KEY (start_ms, zone)
) WITHOUT ROWID;
