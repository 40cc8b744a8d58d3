-- name: save_link!
INSERT INTO item_link (relationship, qualifier, value, sku, origin, linked_by, linked_at)
VALUES (:relationship, :qualifier, :value, :sku, :origin, :linked_by, :now)
ON CONFLICT (relationship, qualifier, value) DO UPDATE
SET sku = excluded.sku, origin = excluded.origin, linked_by = excluded.linked_by, linked_at = excluded.linked_at;

-- name: remove_link!
DELETE FROM item_link WHERE relationship = :relationship AND qualifier = :qualifier AND value = :value;
