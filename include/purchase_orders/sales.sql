-- name: load_sales
SELECT sale_key, order_id, part, generation, external_id, erp, location, is_adopted, erp_sale_id, erp_number, state,
       header_outdated, in_doubt, in_doubt_since, look_ups, races_lost, authorised_at, read_at
FROM sale WHERE order_id = ANY(:order_ids) AND state NOT IN ('voided', 'dropped') ORDER BY order_id, part;

-- name: load_sale_lines
SELECT item.sale_key, item.sku, item.product_id, item.product_name, item.stock_key, item.stock_factor, item.quantity,
       item.planned, item.price, item.back_ordered,
       coalesce(jsonb_agg(jsonb_build_array(share.line_number, share.quantity::text) ORDER BY line.position)
                FILTER (WHERE share.line_number IS NOT NULL), '[]') AS shares
FROM sale_line item
LEFT JOIN sale_share share USING (sale_key, sku)
LEFT JOIN purchase_order_line line ON line.order_id = share.order_id AND line.line_number = share.line_number
WHERE item.sale_key = ANY(:sale_keys)
GROUP BY item.sale_key, item.sku
ORDER BY min(line.position), item.sku;

-- name: insert_sale$
INSERT INTO sale (order_id, part, generation, external_id, erp, location, state, planned_at)
VALUES (:order_id, :part, :generation, :external_id, :erp, :location, 'planned', :now)
RETURNING sale_key;

-- name: adopt_sale$
INSERT INTO sale (order_id, part, generation, external_id, erp, location, is_adopted, erp_sale_id, erp_number, state,
                  planned_at, authorised_at, read_at)
VALUES (:order_id, :part, 1, 'adopted:' || :erp_sale_id, :erp, :location, true, :erp_sale_id, :erp_number, :state,
        :now, CASE WHEN :state = 'authorised' THEN CAST(:now AS timestamptz) END, :now)
RETURNING sale_key;

-- name: next_part$
-- Parts go on counting over an older order of the same number, so that no external id is used twice.
SELECT coalesce(max(sale.part), 0) + 1
FROM sale JOIN purchase_order o USING (order_id)
WHERE (o.relationship, o.purchase_order_number) =
      (SELECT relationship, purchase_order_number FROM purchase_order WHERE order_id = :order_id);

-- name: insert_lines!
INSERT INTO sale_line (sale_key, sku, product_id, product_name, stock_key, stock_factor, quantity, planned, price,
                       back_ordered)
SELECT :sale_key, sku, product_id, product_name, stock_key, stock_factor, quantity, planned, price, back_ordered
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (
    sku text, product_id text, product_name text, stock_key text, stock_factor numeric, quantity numeric,
    planned numeric, price numeric, back_ordered numeric);

-- name: insert_shares!
INSERT INTO sale_share (sale_key, sku, order_id, line_number, quantity)
SELECT :sale_key, sku, :order_id, line_number, quantity
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (sku text, line_number text, quantity numeric);

-- name: delete_lines!
DELETE FROM sale_line WHERE sale_key = :sale_key;

-- name: mark_in_doubt!
UPDATE sale SET in_doubt = :call, in_doubt_since = :now WHERE sale_key = :sale_key;

-- name: still_in_doubt!
UPDATE sale SET in_doubt_since = :now, look_ups = look_ups + 1 WHERE sale_key = :sale_key;

-- name: clear_doubt!
UPDATE sale SET in_doubt = NULL, in_doubt_since = NULL, look_ups = 0 WHERE sale_key = :sale_key;

-- name: save_created!
UPDATE sale SET state = 'created', erp_sale_id = :erp_sale_id, erp_number = :erp_number,
                in_doubt = NULL, in_doubt_since = NULL, look_ups = 0
WHERE sale_key = :sale_key;

-- name: set_sale_state!
UPDATE sale SET state = :state, in_doubt = NULL, in_doubt_since = NULL, look_ups = 0 WHERE sale_key = :sale_key;

-- name: save_authorised!
UPDATE sale SET state = 'authorised', erp_number = :erp_number, authorised_at = coalesce(authorised_at, :now),
                read_at = :now, in_doubt = NULL, in_doubt_since = NULL
WHERE sale_key = :sale_key;

-- name: restart_authorisation!
-- Its lines are about to be allocated anew.
UPDATE sale SET authorised_at = NULL, races_lost = races_lost + :races_lost WHERE sale_key = :sale_key;

-- name: save_allocation!
UPDATE sale_line SET back_ordered = told.back_ordered
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (sku text, back_ordered numeric)
WHERE sale_line.sale_key = :sale_key AND sale_line.sku = told.sku;

-- name: set_header_outdated!
UPDATE sale SET header_outdated = :is_outdated WHERE sale_key = :sale_key;

-- name: find_by_erp_id^
SELECT sale_key, order_id FROM sale WHERE erp_sale_id = :erp_sale_id;
