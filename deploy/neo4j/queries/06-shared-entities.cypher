// Entities that more than one article names
MATCH (x:Entity) WHERE size(x.article_ids) > 1 RETURN x ORDER BY size(x.article_ids) DESC LIMIT 50
