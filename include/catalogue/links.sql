-- name: save_link!
-- A person's word: it stays whatever the products say, and wakes what was cancelled.
INSERT INTO item_link (relationship, qualifier, value, sku, origin, linked_by, linked_at, state, state_by, changed_at,
                       confirmed_by, confirmed_at)
VALUES (:relationship, :qualifier, :value, :sku, :origin, :actor, :now, 'listed', :actor, :now, :actor, :now)
ON CONFLICT (relationship, qualifier, value) DO UPDATE
SET sku = excluded.sku,
    origin = CASE WHEN item_link.sku = excluded.sku THEN item_link.origin ELSE excluded.origin END,
    linked_by = CASE WHEN item_link.sku = excluded.sku THEN item_link.linked_by ELSE excluded.linked_by END,
    linked_at = CASE WHEN item_link.sku = excluded.sku THEN item_link.linked_at ELSE excluded.linked_at END,
    state = 'listed', state_by = excluded.state_by, changed_at = excluded.changed_at,
    confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at,
    merged_into = NULL, written_at = NULL, write_after = NULL, write_fault = NULL;

-- name: remove_link!
DELETE FROM item_link
WHERE relationship = :relationship AND qualifier = :qualifier AND value = :value AND confirmed_by IS NOT NULL;

-- name: retire!
UPDATE item_link SET state = 'cancelled', merged_into = :into
WHERE relationship = :relationship AND qualifier = :qualifier AND value = :value;

-- name: set_state!
UPDATE item_link
SET state = :state, state_by = :actor, changed_at = :now,
    confirmed_by = CASE WHEN :state = 'listed' THEN coalesce(confirmed_by, :actor) ELSE confirmed_by END,
    confirmed_at = CASE WHEN :state = 'listed' THEN coalesce(confirmed_at, :now) ELSE confirmed_at END
WHERE relationship = :relationship AND qualifier = :qualifier AND value = :value;

-- name: find_link^
SELECT * FROM item_link WHERE relationship = :relationship AND qualifier = :qualifier AND value = :value;

-- name: list_aliases
SELECT * FROM item_link WHERE relationship = :relationship AND sku = :sku ORDER BY qualifier, value;

-- name: insert_event!
INSERT INTO item_link_event (relationship, qualifier, value, happened_at, actor, what)
VALUES (:relationship, :qualifier, :value, :now, :actor, :what);

-- name: is_product_known^
SELECT sku FROM product WHERE erp = :catalogue AND sku = :sku;
