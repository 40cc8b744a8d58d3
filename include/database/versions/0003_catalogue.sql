-- The catalogue: the rest of the product master, Amazon's listings, and what products lack.

-- Products ------------------------------------------------------------------------------------------------------------
ALTER TABLE product
    ADD COLUMN barcode        text,                                -- as told, where it is no GTIN too
    ADD COLUMN inner_quantity numeric,                             -- of an inner pack within the carton
    ADD COLUMN tags           text[]   NOT NULL DEFAULT '{}',
    ADD COLUMN missed         smallint NOT NULL DEFAULT 0;         -- whole readings in a row that did not show it

-- Listings ------------------------------------------------------------------------------------------------------------
-- A row is one identifier that Amazon may use. Who confirmed it made it a link: it goes before all that the inventory
-- system says. The others are what the last reading of the products says, and follow it.
ALTER TABLE item_link
    ADD COLUMN state        text        NOT NULL DEFAULT 'listed'  -- whether Amazon is told its stock
        CHECK (state IN ('not_listed', 'listed', 'cancelled')),
    ADD COLUMN state_by     text        NOT NULL DEFAULT 'vendorlane',
    ADD COLUMN changed_at   timestamptz NOT NULL DEFAULT now(),    -- when the state or the SKU last changed
    ADD COLUMN confirmed_by text,
    ADD COLUMN confirmed_at timestamptz,
    ADD COLUMN merged_into  text,                                  -- the code that Amazon sells it under now
    ADD COLUMN written_at   timestamptz,                           -- when the inventory system was told
    ADD COLUMN write_after  timestamptz,                           -- the next attempt, where one failed
    ADD COLUMN write_fault  text;
UPDATE item_link SET confirmed_by = linked_by, confirmed_at = linked_at, state_by = linked_by, changed_at = linked_at;
CREATE INDEX item_link_by_sku ON item_link (relationship, sku);

CREATE TABLE item_link_event (
    item_link_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relationship text        NOT NULL,
    qualifier    text        NOT NULL,
    value        text        NOT NULL,
    happened_at  timestamptz NOT NULL,
    actor        text        NOT NULL,
    what         text        NOT NULL
);
CREATE INDEX item_link_event_of ON item_link_event (relationship, qualifier, value);

-- What an order would find missing ------------------------------------------------------------------------------------
CREATE TABLE catalogue_fault (
    relationship text        NOT NULL,
    fault        text        NOT NULL,
    qualifier    text        NOT NULL,
    value        text        NOT NULL,
    sku          text        NOT NULL,
    sentence     text        NOT NULL,
    found_at     timestamptz NOT NULL,
    PRIMARY KEY (relationship, fault, qualifier, value)
);
