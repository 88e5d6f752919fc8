SELECT c.name, count(*) AS orders, sum(o.total) AS revenue
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.id
WHERE lower(c.country) = 'de' AND o.created_at::date >= '2026-01-01'
GROUP BY c.name
ORDER BY revenue DESC
LIMIT 20;
