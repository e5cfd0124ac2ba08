// The part of the address behind "#": "#/picture/a1/i1" is the page "picture" of "a1/i1".
export function readHash(hash) {
  const [name, ...rest] = hash.replace(/^#\/?/, "").split("/");
  return { name, rest: rest.map(decodeURIComponent).join("/") };
}
