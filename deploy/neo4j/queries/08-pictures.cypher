// What a picture shows: regions, scene and situations
MATCH (i:Image)<-[a:IN]-(r:Region) OPTIONAL MATCH (r)-[s:SCENE]->(o:Region) RETURN i, a, r, s, o LIMIT 50
