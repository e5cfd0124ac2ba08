// Events told by text and picture, with the match that joined them
MATCH (e:Event)-[a:ALIGNED_WITH]->(r:Region) RETURN e, a, r LIMIT 50
