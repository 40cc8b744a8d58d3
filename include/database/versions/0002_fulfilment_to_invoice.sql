-- Fulfilment to invoice: what was packed, the notices that say it, and the invoices that bill it.
-- Constraints named law_N hold that law of the design where the database can.

-- What the inventory system reports -----------------------------------------------------------------------------------
CREATE TABLE sale_look (                                           -- sales of ours that changed, to be read whole
    sale_key        bigint      PRIMARY KEY REFERENCES sale,
    changed_at      timestamptz NOT NULL,                          -- as the inventory system's list says
    looked_at       timestamptz,                                   -- the `changed_at` that was read last
    read_at         timestamptz,                                   -- when the reading began that was taken over last
    next_attempt_at timestamptz NOT NULL,
    attempts        integer     NOT NULL DEFAULT 0,
    last_fault      text
);
CREATE INDEX sale_look_due ON sale_look (next_attempt_at) WHERE looked_at IS NULL OR looked_at < changed_at;

CREATE TABLE sale_reading (                                        -- what the intake's own look at a sale saw of its shipping
    erp         text        NOT NULL,
    erp_sale_id text        NOT NULL,
    modified_at timestamptz NOT NULL,                              -- by the inventory system's clock, as it was read
    read_at     timestamptz NOT NULL,                              -- when that reading began
    told        jsonb       NOT NULL,
    PRIMARY KEY (erp, erp_sale_id)
);

CREATE TABLE webhook_call (                                        -- what was told; believed only as a reason to look
    webhook_call_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    erp             text        NOT NULL,
    event           text        NOT NULL,
    sale_key        bigint      NOT NULL REFERENCES sale,
    received_at     timestamptz NOT NULL,
    seen_at         timestamptz                                    -- a poll was hurried by it
);
CREATE INDEX webhook_call_unseen ON webhook_call (erp) WHERE seen_at IS NULL;

-- Notices -------------------------------------------------------------------------------------------------------------
CREATE TABLE ship_notice (                                         -- one centre, carrier, bill of lading and day
    notice_id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relationship    text        NOT NULL,
    shipment_number text        NOT NULL,                          -- BSN02
    state           text        NOT NULL CHECK (state IN
        ('staged',                                                 -- packed; labels are printed, fields are completed
         'shipped',                                                -- on its way: to be sent
         'held',                                                   -- to be sent, and a rule stands in the way
         'sent',                                                   -- written with its control numbers
         'reopened',                                               -- refused by the partner, or to be replaced
         'withdrawn')),                                            -- nothing of it was shipped after all
    centre          text        NOT NULL,                          -- the ship-to's code
    ship_to         jsonb       NOT NULL,
    carrier         text,                                          -- as the inventory system names it
    shipped_on      date,                                          -- in the centre's zone
    departed_at     timestamptz,                                   -- when the shipment was authorised, as far as is known
    -- What operations complete; what they entered is never overwritten by what is read.
    scac            text,
    shipment_type   text        CHECK (shipment_type IN ('small_parcel', 'less_than_truckload', 'truckload')),
    bill_of_lading  text,
    pro_number      text,
    amazon_reference_number text,
    seal_number     text,
    weight          numeric     CHECK (weight > 0),
    delivery_on     date,
    appointment_at  timestamptz,
    entered         text[]      NOT NULL DEFAULT '{}',              -- the names of those fields that a person entered
    send_as_packed  text,                                          -- who chose it, where more was packed than confirmed
    revision        integer     NOT NULL DEFAULT 0,                -- of the document: 1 the first, above it replacements
    document_id     bigint      REFERENCES document,               -- the last one written
    sent_at         timestamptz,                                   -- when that was written
    send_after      timestamptz NOT NULL,                          -- gathers what shares the truck until then
    due_at          timestamptz,                                   -- Amazon wants it before
    staged_at       timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    UNIQUE (relationship, shipment_number),
    CONSTRAINT law_9_sent_with_its_document CHECK (state <> 'sent' OR document_id IS NOT NULL)
);
CREATE INDEX ship_notice_sent ON ship_notice (relationship, sent_at) WHERE state = 'sent';
CREATE INDEX ship_notice_open ON ship_notice (relationship, next_attempt_at) WHERE state NOT IN ('sent', 'withdrawn');

CREATE TABLE fulfilment (
    fulfilment_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sale_key      bigint      NOT NULL REFERENCES sale,
    task_id       text        NOT NULL,
    number        integer     NOT NULL,
    is_voided     boolean     NOT NULL DEFAULT false,
    seen_at       timestamptz NOT NULL,
    UNIQUE (sale_key, task_id)
);

CREATE SEQUENCE sscc_serial;
CREATE SEQUENCE shipment_number;

CREATE TABLE sscc (                                                -- every one that stands on a carton or a pallet
    sscc     text        PRIMARY KEY,
    used_at  timestamptz NOT NULL,                                 -- may be used again 365 days later
    origin   text        NOT NULL CHECK (origin IN ('box', 'allotted'))
);

CREATE TABLE pallet (
    pallet_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice_id bigint NOT NULL REFERENCES ship_notice,
    name      text   NOT NULL,
    sscc      text   REFERENCES sscc,
    UNIQUE (notice_id, name)
);

CREATE TABLE carton (                                              -- a box of a fulfilment
    carton_id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fulfilment_id   bigint      NOT NULL REFERENCES fulfilment,
    box             text        NOT NULL,                          -- its name in the inventory system; empty: none
    notice_id       bigint      NOT NULL REFERENCES ship_notice,
    pallet_id       bigint      REFERENCES pallet,
    sscc            text        REFERENCES sscc,                   -- one carton of two orders stands under each
    tracking_number text,
    shipped_on      date,                                          -- null: packed and not shipped yet
    UNIQUE (fulfilment_id, box)
);
CREATE INDEX carton_notice ON carton (notice_id);
CREATE INDEX carton_sscc ON carton (sscc);

CREATE TABLE packed_line (
    carton_id  bigint  NOT NULL REFERENCES carton ON DELETE CASCADE,
    position   integer NOT NULL,
    sku        text    NOT NULL,
    quantity   numeric NOT NULL CHECK (quantity > 0),              -- units of the SKU
    lot        text,
    expires_on date,
    PRIMARY KEY (carton_id, position)
);

CREATE TABLE notice_item (                                         -- what the notice says, as it was sent last
    notice_id    bigint  NOT NULL REFERENCES ship_notice,
    position     integer NOT NULL,
    carton_id    bigint  NOT NULL REFERENCES carton,
    order_id     bigint  NOT NULL,
    line_number  text    NOT NULL,
    quantity     numeric NOT NULL CHECK (quantity > 0),            -- in the line's unit
    unit         text    NOT NULL,
    sku          text    NOT NULL,
    sku_quantity numeric NOT NULL CHECK (sku_quantity > 0),
    PRIMARY KEY (notice_id, position),
    FOREIGN KEY (order_id, line_number) REFERENCES purchase_order_line
);
CREATE INDEX notice_item_line ON notice_item (order_id, line_number);

CREATE TABLE label_sheet (                                         -- the labels of a notice as they are to be printed
    notice_id bigint      PRIMARY KEY REFERENCES ship_notice,
    said      bytea       NOT NULL,                                -- a hash of what they say: made anew when it changes
    pdf       bytea       NOT NULL,
    zpl       text        NOT NULL,
    labels    integer     NOT NULL,
    made_at   timestamptz NOT NULL
);

-- Invoices ------------------------------------------------------------------------------------------------------------
CREATE TABLE invoice (
    invoice_id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relationship   text        NOT NULL,
    notice_id      bigint      REFERENCES ship_notice,             -- null: one invoice for all notices of an order
    order_id       bigint      REFERENCES purchase_order,          -- null: one invoice for all orders of a notice
    state          text        NOT NULL CHECK (state IN
        ('waiting',                                                -- for the notice's 997 or the inventory system's invoice
         'disagreed',                                              -- order, notice and invoice do not match
         'agreed',                                                 -- to be sent
         'sent', 'reopened', 'withdrawn')),
    number         text,                                           -- BIG02, given once and never again
    revision       integer     NOT NULL DEFAULT 0,                 -- of the document under this number
    currency       text        NOT NULL,
    total          numeric,                                        -- as it was sent last
    charge_codes   text[]      NOT NULL DEFAULT '{}',              -- SAC02 of those that it bills, as it was sent last
    invoiced_on    date,                                           -- as it was sent last
    accepted_by    text,                                           -- who accepted what does not match, and what that was
    accepted_match text,
    document_id    bigint      REFERENCES document,                -- the last one written
    sent_at        timestamptz,                                    -- when that was written
    opened_at      timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    attempts       integer     NOT NULL DEFAULT 0,                 -- of making the inventory system's invoice
    last_fault     text,
    UNIQUE NULLS NOT DISTINCT (notice_id, order_id),
    CONSTRAINT law_7_billed_with_its_number CHECK (state <> 'sent' OR (document_id IS NOT NULL AND number IS NOT NULL))
);
CREATE INDEX invoice_open ON invoice (relationship, next_attempt_at) WHERE state NOT IN ('sent', 'withdrawn');

CREATE TABLE erp_invoice (                                         -- the inventory system's own, as it was read last
    erp_invoice_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sale_key       bigint      NOT NULL REFERENCES sale,
    task_id        text        NOT NULL,
    number         text        NOT NULL,
    status         text        NOT NULL,                           -- upper case
    invoiced_on    date,
    fulfilment_number integer,                                     -- null: linked to none
    memo           text        NOT NULL DEFAULT '',
    lines          jsonb       NOT NULL,                           -- sku, quantity, price, total: numbers as text
    charges        jsonb       NOT NULL,                           -- description, total
    tax            numeric     NOT NULL,
    total          numeric     NOT NULL,
    seen_at        timestamptz NOT NULL,
    invoice_id     bigint      REFERENCES invoice,                 -- ours that was sent on the strength of it
    UNIQUE (sale_key, task_id)
);
CREATE INDEX erp_invoice_billed ON erp_invoice (invoice_id) WHERE invoice_id IS NOT NULL;

CREATE TABLE erp_posting (                                         -- an invoice that we make there, one for each sale of ours
    erp_key        text        PRIMARY KEY,                        -- in its memo
    invoice_id     bigint      NOT NULL REFERENCES invoice,
    sale_key       bigint      NOT NULL REFERENCES sale,
    in_doubt_since timestamptz,                                    -- its making was sent, and not answered
    look_ups       integer     NOT NULL DEFAULT 0,                 -- how often it was looked for in vain
    task_id        text,                                           -- it was made, and is never made again
    UNIQUE (invoice_id, sale_key)
);

CREATE TABLE invoice_number (                                      -- every number ever given to an invoice
    relationship text   NOT NULL,
    number       text   NOT NULL,
    invoice_id   bigint NOT NULL REFERENCES invoice,
    PRIMARY KEY (relationship, number)
);

CREATE TABLE invoice_line (                                        -- what the invoice says, as it was sent last
    invoice_id  bigint  NOT NULL REFERENCES invoice,
    position    integer NOT NULL,
    order_id    bigint  NOT NULL,
    line_number text    NOT NULL,
    quantity    numeric NOT NULL CHECK (quantity > 0),
    unit        text    NOT NULL,
    unit_price  numeric NOT NULL CHECK (unit_price > 0),           -- per unit
    PRIMARY KEY (invoice_id, position),
    FOREIGN KEY (order_id, line_number) REFERENCES purchase_order_line
);
CREATE INDEX invoice_line_line ON invoice_line (order_id, line_number);

CREATE VIEW invoice_item AS                                        -- what was notified of what an invoice bills
SELECT invoice.invoice_id, item.notice_id, item.carton_id, item.order_id, item.line_number, item.quantity, item.unit, item.sku,
       item.sku_quantity
FROM invoice JOIN notice_item item
  ON item.notice_id = invoice.notice_id AND (invoice.order_id IS NULL OR item.order_id = invoice.order_id)
UNION ALL
SELECT invoice.invoice_id, item.notice_id, item.carton_id, item.order_id, item.line_number, item.quantity, item.unit, item.sku,
       item.sku_quantity
FROM invoice JOIN notice_item item USING (order_id)
WHERE invoice.notice_id IS NULL;

CREATE VIEW invoice_hold AS                                        -- a notice that it bills and that was not accepted yet
SELECT item.invoice_id, notice.sent_at, notice.state = 'sent' AND document.state = 'published' AS is_transmitted
FROM invoice_item item
JOIN ship_notice notice USING (notice_id)
JOIN document ON document.document_id = notice.document_id
WHERE notice.state <> 'sent' OR document.state NOT IN ('accepted', 'accepted_with_errors');

CREATE FUNCTION law_7_bill_what_was_notified() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(line.quantity) FROM invoice_line line JOIN invoice USING (invoice_id)
        WHERE line.order_id = NEW.order_id AND line.line_number = NEW.line_number AND invoice.state <> 'withdrawn')
     > (SELECT coalesce(sum(item.quantity), 0) FROM notice_item item JOIN ship_notice USING (notice_id)
        WHERE item.order_id = NEW.order_id AND item.line_number = NEW.line_number) THEN
        RAISE EXCEPTION 'law 7: more of order %, line % would be billed than was notified', NEW.order_id, NEW.line_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_7_bill_what_was_notified AFTER INSERT OR UPDATE ON invoice_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_7_bill_what_was_notified();
