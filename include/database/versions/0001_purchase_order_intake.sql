-- Purchase order intake: the ledger of bytes and documents, the outbox, the exceptions, the catalogue, orders and their sales.
-- Constraints named law_N hold that law of the design where the database can.

-- The ledger ---------------------------------------------------------------------------------------------------------
CREATE TABLE transmission (
    transmission_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    direction          text        NOT NULL CHECK (direction IN ('in', 'out')),
    mailbox            text        NOT NULL,                       -- connection id
    file_name          text        NOT NULL,
    content            bytea       NOT NULL,
    sha256             bytea       NOT NULL GENERATED ALWAYS AS (sha256(content)) STORED,
    remote_modified_at timestamptz,
    stored_at          timestamptz NOT NULL,
    interpreted_at     timestamptz,                                -- in: its interchanges stand in the ledger
    interpret_attempts integer     NOT NULL DEFAULT 0,             -- in: how often that was begun
    removed_at         timestamptz                                 -- in: gone from the mailbox
);
ALTER TABLE transmission ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX transmission_claim ON transmission (mailbox, file_name) WHERE direction = 'in' AND removed_at IS NULL;
CREATE INDEX transmission_uninterpreted ON transmission (transmission_id) WHERE direction = 'in' AND interpreted_at IS NULL;

CREATE FUNCTION law_1_bytes_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'law 1: the bytes of a transmission are never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER law_1_update BEFORE UPDATE OF content, direction, file_name ON transmission
    FOR EACH ROW WHEN (OLD.content IS DISTINCT FROM NEW.content OR OLD.direction <> NEW.direction OR OLD.file_name <> NEW.file_name)
    EXECUTE FUNCTION law_1_bytes_never_change();
CREATE TRIGGER law_1_delete BEFORE DELETE ON transmission FOR EACH ROW EXECUTE FUNCTION law_1_bytes_never_change();
CREATE TRIGGER law_1_truncate BEFORE TRUNCATE ON transmission EXECUTE FUNCTION law_1_bytes_never_change();

CREATE TABLE interchange (
    interchange_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transmission_id    bigint      NOT NULL REFERENCES transmission,
    direction          text        NOT NULL CHECK (direction IN ('in', 'out')),
    relationship       text,                                       -- null: no relationship has these ids
    sender_qualifier   text        NOT NULL DEFAULT '',
    sender_id          text        NOT NULL DEFAULT '',
    receiver_qualifier text        NOT NULL DEFAULT '',
    receiver_id        text        NOT NULL DEFAULT '',
    control_number     text        NOT NULL DEFAULT '',
    release            text        NOT NULL DEFAULT '',            -- ISA12
    usage_indicator    text        NOT NULL DEFAULT '',            -- ISA15
    written_at         timestamptz,                                -- ISA09/10 in the relationship's envelope zone
    byte_offset        bigint      NOT NULL,
    byte_length        bigint      NOT NULL,
    sha256             bytea       NOT NULL,                        -- of its own bytes
    state              text        NOT NULL CHECK (state IN ('accepted', 'rejected', 'repeated', 'quarantined', 'unreadable', 'written')),
    repeats            bigint      REFERENCES interchange,          -- repeated or quarantined: the one that came first
    answers            bigint      REFERENCES interchange,          -- out: the one that came in and that this 997 or TA1 answers
    findings           jsonb       NOT NULL DEFAULT '[]',
    recorded_at        timestamptz NOT NULL,
    UNIQUE (transmission_id, byte_offset)
);
CREATE UNIQUE INDEX law_2_once_in ON interchange (sender_qualifier, sender_id, receiver_qualifier, receiver_id, control_number)
    WHERE direction = 'in' AND state IN ('accepted', 'rejected');
CREATE UNIQUE INDEX law_9_control_number ON interchange (sender_qualifier, sender_id, receiver_qualifier, receiver_id, control_number)
    WHERE direction = 'out';
CREATE INDEX interchange_answers ON interchange (answers) WHERE answers IS NOT NULL;
CREATE INDEX interchange_misdirected ON interchange (transmission_id) WHERE state = 'quarantined' AND relationship IS NULL;

CREATE TABLE document (
    document_id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    interchange_id          bigint      NOT NULL REFERENCES interchange,
    relationship            text        NOT NULL,
    direction               text        NOT NULL CHECK (direction IN ('in', 'out')),
    transaction_set         text        NOT NULL,                  -- 850, 855, 997 …
    functional_identifier   text        NOT NULL,
    group_control_number    text        NOT NULL,
    set_control_number      text        NOT NULL,
    byte_offset             bigint      NOT NULL,                  -- within the transmission
    byte_length             bigint      NOT NULL,
    purchase_order_number   text,
    business_key            text,                                  -- out: what it says, once (law 9)
    state                   text        NOT NULL CHECK (state IN
        ('accepted', 'accepted_with_errors', 'rejected',           -- in: our 997's word; out: the partner's word
         'written', 'published', 'withdrawn')),                    -- out, before that word
    findings                jsonb       NOT NULL DEFAULT '[]',
    finding_count           integer     NOT NULL DEFAULT 0,
    recorded_at             timestamptz NOT NULL,
    taken_up_at             timestamptz,                           -- in: its process has it
    acknowledgement_due_at  timestamptz,                           -- out: when its 997 is overdue
    acknowledged_at         timestamptz,
    acknowledgement_document_id bigint  REFERENCES document
);
CREATE UNIQUE INDEX law_9_once_out ON document (relationship, transaction_set, business_key)
    WHERE direction = 'out' AND business_key IS NOT NULL AND state <> 'withdrawn';
CREATE INDEX document_to_take_up ON document (relationship, transaction_set, document_id)
    WHERE direction = 'in' AND taken_up_at IS NULL AND state <> 'rejected';
CREATE INDEX document_awaiting_acknowledgement ON document (acknowledgement_due_at)
    WHERE direction = 'out' AND acknowledged_at IS NULL AND acknowledgement_due_at IS NOT NULL;
CREATE INDEX document_group ON document (direction, functional_identifier, group_control_number);
CREATE INDEX document_order ON document (relationship, purchase_order_number);

CREATE FUNCTION laws_2_and_9_nothing_is_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'laws 2 and 9: what came in or went out is never deleted from the ledger' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER laws_2_and_9_interchange BEFORE DELETE OR TRUNCATE ON interchange EXECUTE FUNCTION laws_2_and_9_nothing_is_forgotten();
CREATE TRIGGER laws_2_and_9_document BEFORE DELETE OR TRUNCATE ON document EXECUTE FUNCTION laws_2_and_9_nothing_is_forgotten();

CREATE TABLE outbox (
    transmission_id   bigint      PRIMARY KEY REFERENCES transmission,
    relationship      text        NOT NULL,
    mailbox           text        NOT NULL,
    file_name         text        NOT NULL,
    publish_by_rename boolean     NOT NULL,
    state             text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'published', 'withdrawn')),
    attempts          integer     NOT NULL DEFAULT 0,
    next_attempt_at   timestamptz NOT NULL,
    leased_until      timestamptz,
    published_at      timestamptz,
    last_fault        text,
    CHECK ((state = 'published') = (published_at IS NOT NULL)),
    UNIQUE (mailbox, file_name)
);
CREATE INDEX outbox_due ON outbox (mailbox, next_attempt_at) WHERE state = 'pending';

CREATE TABLE control_number (
    scope text   NOT NULL,                                         -- whose numbers: sender to receiver
    kind  text   NOT NULL CHECK (kind IN ('interchange', 'group')),
    last  bigint NOT NULL,
    PRIMARY KEY (scope, kind)
);

-- What needs a person ------------------------------------------------------------------------------------------------
CREATE TABLE exception_entry (
    exception_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind                  text        NOT NULL,
    relationship          text        NOT NULL,
    subject               text        NOT NULL,                    -- what it is about; one open entry for each
    purchase_order_number text,
    line_number           text,
    document_id           bigint      REFERENCES document,
    owner_team            text        NOT NULL,
    deadline              timestamptz,
    money_at_stake        numeric,
    currency              text,
    what_happened         text        NOT NULL,
    next_step             text        NOT NULL,
    state                 text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'snoozed', 'resolved')),
    snoozed_until         timestamptz,
    assigned_to           text,
    opened_at             timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    resolved_at           timestamptz,
    resolved_by           text,
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
);
CREATE UNIQUE INDEX exception_open_once ON exception_entry (relationship, kind, subject) WHERE state <> 'resolved';
CREATE INDEX exception_order ON exception_entry (relationship, purchase_order_number) WHERE state <> 'resolved';

CREATE TABLE exception_event (
    exception_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exception_id bigint      NOT NULL REFERENCES exception_entry,
    happened_at  timestamptz NOT NULL,
    actor        text        NOT NULL,
    what         text        NOT NULL
);

-- The catalogue ------------------------------------------------------------------------------------------------------
CREATE TABLE product (
    erp             text        NOT NULL,                          -- connection id
    sku             text        NOT NULL,
    product_id      text        NOT NULL,
    name            text        NOT NULL,
    gtin            text,                                          -- GTIN-14, valid
    asin            text,
    status          text        NOT NULL,                          -- upper case
    is_sellable     boolean     NOT NULL,
    carton_quantity numeric,
    base_sku        text,                                          -- a case SKU's component, where it is linked
    base_quantity   numeric,                                       -- how many of the base SKU
    prices          jsonb       NOT NULL DEFAULT '{}',             -- tier name to price, as text
    read_at         timestamptz NOT NULL,
    PRIMARY KEY (erp, sku)
);
CREATE INDEX product_by_id ON product (erp, product_id);
CREATE INDEX product_asin ON product (erp, asin) WHERE asin IS NOT NULL;
CREATE INDEX product_gtin ON product (erp, gtin) WHERE gtin IS NOT NULL;
CREATE INDEX product_base ON product (erp, base_sku) WHERE base_sku IS NOT NULL;

CREATE TABLE item_link (
    relationship text        NOT NULL,
    qualifier    text        NOT NULL,
    value        text        NOT NULL,
    sku          text        NOT NULL,
    origin       text        NOT NULL,                             -- hand, relationship, asin, gtin, sku
    linked_by    text        NOT NULL,
    linked_at    timestamptz NOT NULL,
    PRIMARY KEY (relationship, qualifier, value)
);

CREATE TABLE watermark (
    name  text        PRIMARY KEY,                                 -- such as "cin7_core products"
    until timestamptz NOT NULL
);

-- Purchase orders ----------------------------------------------------------------------------------------------------
CREATE TABLE purchase_order (
    order_id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    relationship          text        NOT NULL,
    purchase_order_number text        NOT NULL,
    series                integer     NOT NULL DEFAULT 1,          -- a number used again after 365 days
    state                 text        NOT NULL CHECK (state IN
        ('received', 'held', 'planned', 'placed', 'acknowledged', 'changed', 'part_shipped', 'shipped',
         'part_invoiced', 'invoiced', 'paid', 'closed', 'cancelled', 'quarantined')),
    document_id           bigint      NOT NULL REFERENCES document, -- what last said it
    revision              integer     NOT NULL DEFAULT 1,
    order_type            text        NOT NULL,
    ordered_on            date        NOT NULL,
    vendor_code           text,
    deal                  text,
    back_order_allowed    boolean     NOT NULL,
    window_start          date,
    window_end            date,
    ship_to               jsonb,
    location              text        NOT NULL,                    -- the inventory system's location it is served from
    currency              text        NOT NULL,
    is_adopted            boolean     NOT NULL DEFAULT false,       -- from before the start date: never acknowledged again
    is_left_to_person     boolean     NOT NULL DEFAULT false,       -- a person changed its sales: nothing is placed by itself
    review                text,                                    -- why a person looks at it before it is answered
    received_at           timestamptz NOT NULL,                    -- the clock of what first said it
    clock_started_at      timestamptz NOT NULL,                    -- the clock of what is to be answered
    acknowledge_by        timestamptz NOT NULL,
    answer_after          timestamptz NOT NULL,                    -- held: when the rule answers without a person
    answer_wanted         boolean     NOT NULL DEFAULT true,        -- something Amazon has not been told yet
    answer_number         integer     NOT NULL DEFAULT 0,
    answer_document_id    bigint      REFERENCES document,          -- written, and published unless `answer_wanted`
    answered_at           timestamptz,                             -- the last 855 was published
    next_attempt_at       timestamptz NOT NULL,
    attempts              integer     NOT NULL DEFAULT 0,
    last_fault            text,
    claimed_by            text,                                    -- run id
    claimed_until         timestamptz,                             -- real time
    UNIQUE (relationship, purchase_order_number, series)
);
CREATE INDEX purchase_order_due ON purchase_order (relationship, next_attempt_at) WHERE answer_wanted;
CREATE INDEX purchase_order_unanswered ON purchase_order (acknowledge_by) WHERE answer_wanted AND NOT is_adopted;

CREATE TABLE purchase_order_line (
    order_id       bigint  NOT NULL REFERENCES purchase_order,
    line_number    text    NOT NULL,
    position       integer NOT NULL,
    identifiers    jsonb   NOT NULL,                               -- [qualifier, value] pairs, first to last
    quantity       numeric NOT NULL CHECK (quantity >= 0),         -- in `unit`, zero when cancelled
    unit           text    NOT NULL,                               -- PO103 as received
    unit_price     numeric,
    price_basis    text,
    sku            text,
    product_id     text,
    product_name   text,
    sku_units      numeric CHECK (sku_units > 0),                  -- units of the SKU in one unit of the line
    stock_key      text,                                           -- the SKU whose stock it draws on
    stock_factor   numeric,                                        -- units of that in one of the SKU
    sku_price      numeric,                                        -- per unit of the SKU, rounded for the inventory system
    list_price     numeric,                                        -- in the line's own terms, where there is one
    fault          text,                                           -- why it is not placed: see include/purchase_orders
    refused_before numeric NOT NULL DEFAULT 0 CHECK (refused_before >= 0), -- answered as refused, which stays so
    accepted       numeric NOT NULL DEFAULT 0,                     -- the answer, in `unit`
    back_ordered   numeric NOT NULL DEFAULT 0,
    rejected       numeric NOT NULL DEFAULT 0,
    reject_code    text,
    decision       text,
    scheduled_on   date,
    PRIMARY KEY (order_id, line_number),
    CONSTRAINT law_4_never_more_than_ordered CHECK (accepted + back_ordered + rejected <= quantity)
);
CREATE INDEX purchase_order_line_fault ON purchase_order_line (order_id) WHERE fault IS NOT NULL;

CREATE TABLE sale (
    sale_key       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id       bigint      NOT NULL REFERENCES purchase_order,
    part           integer     NOT NULL,                           -- live sales side by side
    generation     integer     NOT NULL,                           -- replace one another
    external_id    text        NOT NULL UNIQUE,                    -- vendorlane:{relationship}:{number}:{part}.{generation}
    erp            text        NOT NULL,
    location       text        NOT NULL,
    is_adopted     boolean     NOT NULL DEFAULT false,              -- keyed by hand, found and taken over
    erp_sale_id    text        UNIQUE,
    erp_number     text,
    state          text        NOT NULL CHECK (state IN
        ('planned',                                                -- nothing was sent yet
         'created',                                                -- a header without its order, or a draft
         'authorised',
         'outdated',                                               -- authorised with other lines than it should have now
         'voided', 'dropped')),                                    -- dropped: it never came into being
    header_outdated boolean    NOT NULL DEFAULT false,
    in_doubt       text        CHECK (in_doubt IN ('create', 'authorise', 'undo', 'void')), -- sent, and not answered
    in_doubt_since timestamptz,
    look_ups       integer     NOT NULL DEFAULT 0,                 -- how often it was looked for in vain
    races_lost     integer     NOT NULL DEFAULT 0,
    planned_at     timestamptz NOT NULL,
    authorised_at  timestamptz,
    read_at        timestamptz,                                    -- when its allocation was last seen
    UNIQUE (order_id, part, generation)
);
-- One generation of a part is live.
CREATE UNIQUE INDEX law_3_one_live_generation ON sale (order_id, part) WHERE state NOT IN ('voided', 'dropped');
CREATE INDEX sale_standing ON sale (erp, location, state, authorised_at);
CREATE INDEX sale_unfinished ON sale (order_id) WHERE state IN ('planned', 'created', 'outdated') OR header_outdated;

CREATE TABLE sale_line (
    sale_key     bigint  NOT NULL REFERENCES sale,
    sku          text    NOT NULL,
    product_id   text,
    product_name text    NOT NULL DEFAULT '',
    stock_key    text    NOT NULL,
    stock_factor numeric NOT NULL DEFAULT 1,
    quantity     numeric NOT NULL CHECK (quantity > 0),            -- units of the SKU
    planned      numeric NOT NULL CHECK (planned >= 0),            -- of which this much was expected to be allocated
    price        numeric NOT NULL,
    back_ordered numeric NOT NULL DEFAULT 0 CHECK (back_ordered >= 0 AND back_ordered <= quantity),
    PRIMARY KEY (sale_key, sku)
);
CREATE INDEX sale_line_stock ON sale_line (stock_key);

CREATE TABLE sale_share (                                          -- which order line a sale line serves
    sale_key    bigint  NOT NULL,
    sku         text    NOT NULL,
    order_id    bigint  NOT NULL,
    line_number text    NOT NULL,
    quantity    numeric NOT NULL CHECK (quantity > 0),             -- units of the SKU
    PRIMARY KEY (sale_key, line_number),
    FOREIGN KEY (sale_key, sku) REFERENCES sale_line ON DELETE CASCADE,
    FOREIGN KEY (order_id, line_number) REFERENCES purchase_order_line
);
CREATE INDEX sale_share_line ON sale_share (order_id, line_number);

CREATE FUNCTION law_3_one_promise_per_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM sale_share share
        JOIN sale USING (sale_key)
        JOIN purchase_order_line line ON line.order_id = share.order_id AND line.line_number = share.line_number
        WHERE share.order_id = NEW.order_id AND share.line_number = NEW.line_number
          AND sale.state NOT IN ('voided', 'dropped') AND NOT sale.is_adopted
        GROUP BY line.quantity, line.sku_units
        HAVING sum(share.quantity) > line.quantity * line.sku_units
    ) THEN
        RAISE EXCEPTION 'law 3: a unit of order %, line % would stand on two live sales', NEW.order_id, NEW.line_number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_3_one_promise_per_unit AFTER INSERT OR UPDATE ON sale_share
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_3_one_promise_per_unit();

CREATE TABLE stock (                                               -- the lock of planning, one row a SKU
    erp          text NOT NULL,
    location     text NOT NULL,
    sku          text NOT NULL,
    exhausted_at timestamptz,                                      -- an authorisation got less of it than it asked for
    PRIMARY KEY (erp, location, sku)
);

CREATE TABLE seen_sale (                                           -- the sweep of the inventory system's sales
    erp                text        NOT NULL,
    erp_sale_id        text        NOT NULL,
    customer_reference text        NOT NULL,
    external_id        text        NOT NULL,
    customer           text        NOT NULL,
    status             text        NOT NULL,                       -- upper case
    order_status       text        NOT NULL,
    updated_at         timestamptz NOT NULL,
    is_checked         boolean     NOT NULL DEFAULT false,          -- compared with what we know
    PRIMARY KEY (erp, erp_sale_id)
);
CREATE INDEX seen_sale_reference ON seen_sale (erp, customer_reference);
CREATE INDEX seen_sale_external ON seen_sale (erp, external_id);

CREATE TABLE order_event (                                         -- the order's life, for its timeline
    order_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id    bigint      NOT NULL REFERENCES purchase_order,
    happened_at timestamptz NOT NULL,
    actor       text        NOT NULL,
    what        text        NOT NULL
);
CREATE INDEX order_event_order ON order_event (order_id);

-- Clocks and limits --------------------------------------------------------------------------------------------------
CREATE TABLE watch (                                               -- what a live run of acknowledgement_window stands on
    kind       text        NOT NULL CHECK (kind IN ('order', 'document')),
    subject_id bigint      NOT NULL,
    run_id     text        NOT NULL,
    until      timestamptz NOT NULL,                               -- real time: the run is taken for dead after it
    PRIMARY KEY (kind, subject_id)
);

CREATE TABLE escalation (
    kind         text        NOT NULL CHECK (kind IN ('order', 'document')),
    subject_id   bigint      NOT NULL,
    share        numeric     NOT NULL,
    escalated_at timestamptz NOT NULL,
    PRIMARY KEY (kind, subject_id, share)
);

CREATE TABLE call_budget (                                         -- one row an account: the shared rate limiter
    account    text          PRIMARY KEY,
    slots      timestamptz[] NOT NULL DEFAULT '{}',                -- the reserved moments of the last window, ascending
    held_until timestamptz                                         -- a refusal was seen: nobody calls before
);
