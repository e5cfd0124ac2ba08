// Server-sent events (text/event-stream): the JSON objects of all whole events, and the rest that is still to come.
export function readEvents(text) {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop();
  const messages = blocks.map(dataOf).filter((data) => data.startsWith("{"));
  return { messages: messages.map((data) => JSON.parse(data)), rest };
}

const dataOf = (block) =>
  block
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trim())
    .join("\n");
