-- name: lock_number
-- One document of an order at a time.
SELECT pg_advisory_xact_lock(hashtextextended('order ' || :relationship || ' ' || :purchase_order_number, 0));

-- name: find_latest$
SELECT order_id FROM purchase_order
WHERE relationship = :relationship AND purchase_order_number = :purchase_order_number AND received_at >= :since
ORDER BY series DESC LIMIT 1;

-- name: lock_orders
-- Whoever changes an order or its sales holds it; rows that refer to it may still be added.
SELECT order_id FROM purchase_order WHERE order_id = ANY(:order_ids) ORDER BY order_id FOR NO KEY UPDATE;

-- name: load_orders
SELECT order_id, relationship, purchase_order_number, state, document_id, order_type, ordered_on, deal,
       back_order_allowed, window_start, window_end, ship_to, location, currency, is_adopted, is_left_to_person, review,
       received_at, clock_started_at, acknowledge_by, answer_after, answer_wanted, answer_number, attempts,
       answer_document_id IS NOT NULL AS has_answer,
       EXISTS (SELECT FROM sale WHERE sale.order_id = o.order_id AND sale.is_adopted AND sale.state = 'created') AS has_draft
FROM purchase_order o WHERE order_id = ANY(:order_ids) ORDER BY order_id;

-- name: load_lines
SELECT order_id, line_number, identifiers, quantity, unit, unit_price, price_basis, sku, product_id, product_name,
       sku_units, stock_key, stock_factor, sku_price, list_price, fault, refused_before
FROM purchase_order_line WHERE order_id = ANY(:order_ids) ORDER BY order_id, position;

-- name: load_standing
-- What each line has on live sales, in the order of the lines, and what the whole sale line got.
SELECT share.order_id, share.line_number, share.sale_key, share.sku, share.quantity AS share, line.sku_units,
       CASE WHEN sale.state IN ('authorised', 'outdated') THEN item.quantity - item.back_ordered ELSE 0 END AS allocated
FROM sale_share share
JOIN sale USING (sale_key)
JOIN sale_line item USING (sale_key, sku)
JOIN purchase_order_line line ON line.order_id = share.order_id AND line.line_number = share.line_number
WHERE share.order_id = ANY(:order_ids) AND sale.state NOT IN ('voided', 'dropped')
ORDER BY sale.part, sale.sale_key, line.position;

-- name: insert_order$
INSERT INTO purchase_order (relationship, purchase_order_number, series, state, document_id, order_type, ordered_on,
                            vendor_code, deal, back_order_allowed, window_start, window_end, ship_to, location, currency,
                            is_adopted, review, received_at, clock_started_at, acknowledge_by, answer_after,
                            answer_wanted, next_attempt_at)
SELECT :relationship, :purchase_order_number,
       coalesce((SELECT max(series) FROM purchase_order
                 WHERE relationship = :relationship AND purchase_order_number = :purchase_order_number), 0) + 1,
       :state, :document_id, :order_type, :ordered_on, :vendor_code, :deal, :back_order_allowed, :window_start,
       :window_end, :ship_to, :location, :currency, :is_adopted, :review, :clock_started_at, :clock_started_at,
       :acknowledge_by, :answer_after, :answer_wanted, :now
RETURNING order_id;

-- name: update_order!
-- A change by Amazon: what it said last, and a new question to be answered.
UPDATE purchase_order
SET state = :state, document_id = :document_id, revision = revision + 1, order_type = :order_type, deal = :deal,
    back_order_allowed = :back_order_allowed, window_start = :window_start, window_end = :window_end, ship_to = :ship_to,
    location = :location, review = :review, clock_started_at = :clock_started_at, acknowledge_by = :acknowledge_by,
    answer_after = :answer_after, answer_wanted = :answer_wanted, answer_document_id = NULL, next_attempt_at = :now
WHERE order_id = :order_id;

-- name: save_lines!
INSERT INTO purchase_order_line AS kept (order_id, line_number, position, identifiers, quantity, unit, unit_price,
                                         price_basis, sku, product_id, product_name, sku_units, stock_key, stock_factor,
                                         sku_price, list_price, fault, refused_before)
SELECT :order_id, line_number, position, identifiers, quantity, unit, unit_price, price_basis, sku, product_id,
       product_name, sku_units, stock_key, stock_factor, sku_price, list_price, fault, refused_before
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
    line_number text, position integer, identifiers jsonb, quantity numeric, unit text, unit_price numeric,
    price_basis text, sku text, product_id text, product_name text, sku_units numeric, stock_key text,
    stock_factor numeric, sku_price numeric, list_price numeric, fault text, refused_before numeric)
ON CONFLICT (order_id, line_number) DO UPDATE
SET identifiers = excluded.identifiers, quantity = excluded.quantity, unit = excluded.unit,
    unit_price = excluded.unit_price, price_basis = excluded.price_basis, sku = excluded.sku,
    product_id = excluded.product_id, product_name = excluded.product_name, sku_units = excluded.sku_units,
    stock_key = excluded.stock_key, stock_factor = excluded.stock_factor, sku_price = excluded.sku_price,
    list_price = excluded.list_price, fault = excluded.fault, refused_before = excluded.refused_before,
    accepted = 0, back_ordered = 0, rejected = 0, reject_code = NULL, decision = NULL, scheduled_on = NULL;

-- name: faulty_orders
-- Orders with a line that a person may have mended, answered or not.
SELECT DISTINCT o.order_id
FROM purchase_order o JOIN purchase_order_line line USING (order_id)
WHERE o.relationship = :relationship AND line.fault IS NOT NULL AND line.fault <> ALL(:besides) AND NOT o.is_adopted
  AND o.state <> 'cancelled' AND o.received_at > :since
  AND (NOT o.answer_wanted OR o.answer_document_id IS NULL)
ORDER BY o.order_id;

-- name: set_line_fault!
UPDATE purchase_order_line SET fault = :fault WHERE order_id = :order_id AND line_number = ANY(:line_numbers);

-- name: claim_due
-- Take orders that are due, or those named, for this run; a claim that its holder let lapse is free. Those that are
-- held and taken along come last, so that they crowd out none that is due.
UPDATE purchase_order SET claimed_by = :run_id, claimed_until = clock_timestamp() + :lease
WHERE order_id IN (
    SELECT order_id FROM purchase_order o
    WHERE relationship = :relationship AND NOT is_adopted
      AND (answer_wanted AND answer_document_id IS NULL OR purchase_order_number = ANY(:only)
           OR EXISTS (SELECT FROM sale WHERE sale.order_id = o.order_id
                        AND (sale.state IN ('planned', 'created', 'outdated') OR sale.header_outdated)))
      AND (next_attempt_at <= :now OR purchase_order_number = ANY(:only) OR (:with_held AND state = 'held'))
      AND (cardinality(CAST(:only AS text[])) = 0 OR purchase_order_number = ANY(:only))
      AND (claimed_by IS NULL OR claimed_by = :run_id OR claimed_until < clock_timestamp())
    ORDER BY next_attempt_at > :now, acknowledge_by, order_id LIMIT :limit FOR UPDATE SKIP LOCKED
)
RETURNING order_id;

-- name: keep_claims
-- Those of these orders that are still this run's, or that it may have again.
UPDATE purchase_order SET claimed_by = :run_id, claimed_until = clock_timestamp() + :lease
WHERE order_id IN (
    SELECT order_id FROM purchase_order
    WHERE order_id = ANY(:order_ids) AND (claimed_by = :run_id OR claimed_by IS NULL OR claimed_until < clock_timestamp())
    FOR UPDATE SKIP LOCKED
)
RETURNING order_id;

-- name: release_all_claims!
UPDATE purchase_order SET claimed_by = NULL, claimed_until = NULL
WHERE claimed_by = :run_id AND relationship = :relationship;

-- name: put_off!
UPDATE purchase_order SET next_attempt_at = :now
WHERE relationship = :relationship AND NOT is_adopted AND answer_wanted AND answer_document_id IS NULL
  AND next_attempt_at < :now AND (claimed_until IS NULL OR claimed_until < clock_timestamp());

-- name: release_claims!
UPDATE purchase_order SET claimed_by = NULL, claimed_until = NULL
WHERE claimed_by = :run_id AND order_id = ANY(:order_ids);

-- name: take_back_from_person!
-- Somebody names the order: what is missing is placed again.
WITH named AS (
    UPDATE purchase_order SET is_left_to_person = false
    WHERE relationship = :relationship AND purchase_order_number = ANY(:only)
    RETURNING order_id
)
UPDATE purchase_order_line SET fault = NULL WHERE order_id IN (SELECT order_id FROM named) AND fault = :fault;

-- name: set_state!
UPDATE purchase_order SET state = :state, next_attempt_at = :next_attempt_at, attempts = 0, last_fault = NULL
WHERE order_id = :order_id;

-- name: note_fault!
UPDATE purchase_order SET last_fault = :fault, attempts = attempts + 1, next_attempt_at = :next_attempt_at
WHERE order_id = :order_id;

-- name: wake!
UPDATE purchase_order SET next_attempt_at = :now WHERE order_id = :order_id AND next_attempt_at > :now;

-- name: leave_to_person!
UPDATE purchase_order SET is_left_to_person = true WHERE order_id = :order_id;

-- name: save_answer!
UPDATE purchase_order
SET state = :state, answer_document_id = :document_id, answer_number = answer_number + 1, attempts = 0, last_fault = NULL
WHERE order_id = :order_id;

-- name: save_decisions!
UPDATE purchase_order_line line
SET accepted = told.accepted, back_ordered = told.back_ordered, rejected = told.rejected,
    refused_before = told.rejected, reject_code = told.reject_code, decision = told.decision,
    scheduled_on = told.scheduled_on
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
    line_number text, accepted numeric, back_ordered numeric, rejected numeric, reject_code text, decision text,
    scheduled_on date)
WHERE line.order_id = :order_id AND line.line_number = told.line_number;

-- name: mark_answered
-- Orders whose written answer is now with Amazon.
UPDATE purchase_order o
SET answer_wanted = false, answered_at = outbox.published_at
FROM document d JOIN interchange i USING (interchange_id) JOIN outbox USING (transmission_id)
WHERE o.relationship = :relationship AND o.answer_wanted AND o.answer_document_id = d.document_id
  AND outbox.state = 'published'
RETURNING o.order_id, o.purchase_order_number;

-- name: add_event!
INSERT INTO order_event (order_id, happened_at, actor, what) VALUES (:order_id, :now, :actor, :what);
