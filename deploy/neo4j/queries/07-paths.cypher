// How two people are connected
MATCH (a:Person), (b:Person) WHERE a.id < b.id
MATCH path = shortestPath((a)-[*..6]-(b))
WHERE all(n IN nodes(path) WHERE n:Entity OR n:Event)
RETURN path LIMIT 10
