// The same bytes as the .NET half reads, to the same end: each chunk an object, its content read.
import { readFileSync } from 'node:fs';
import { createParser } from 'eventsource-parser';
import { Stream } from 'openai/core/streaming';

const bytes = readFileSync(process.argv[2]);
const pieceBytes = 16 * 1024;
const rounds = 7;

function* pieces() {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield bytes.subarray(at, at + pieceBytes);
  }
}

const contentLength = (chunk) => chunk.choices[0]?.delta?.content?.length ?? 0;

async function openai() {
  let chunks = 0;
  let characters = 0;
  const source = pieces();
  const body = new ReadableStream({
    pull(controller) {
      const { value, done } = source.next();
      if (done) { controller.close(); } else { controller.enqueue(value); }
    },
  });
  for await (const chunk of Stream.fromSSEResponse(new Response(body), new AbortController())) {
    characters += contentLength(chunk);
    chunks++;
  }
  return [chunks, characters];
}

function eventsourceParser() {
  let chunks = 0;
  let characters = 0;
  const parser = createParser({
    onEvent({ data }) {
      if (data !== '[DONE]') {
        characters += contentLength(JSON.parse(data));
        chunks++;
      }
    },
  });
  const decoder = new TextDecoder();
  for (const piece of pieces()) {
    parser.feed(decoder.decode(piece, { stream: true }));
  }
  return [chunks, characters];
}

const version = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
const contenders = [
  [`openai ${version('openai')}`, openai],
  [`eventsource-parser ${version('eventsource-parser')} and JSON.parse`, eventsourceParser],
];
const times = contenders.map(() => []);
let counts = [];
for (let round = -1; round < rounds; round++) {
  for (const [i, [, run]] of contenders.entries()) {
    const before = process.cpuUsage();
    const counted = await run();
    const used = process.cpuUsage(before);
    counts[i] = counted;
    if (round >= 0) { times[i].push((used.user + used.system) * 1000 / counted[0]); }
  }
}
for (const [i, [name]] of contenders.entries()) {
  if (counts[i][0] !== counts[0][0] || counts[i][1] !== counts[0][1]) { throw new Error(`${name} read something else.`); }
  const median = times[i].sort((a, b) => a - b)[rounds >> 1];
  console.log(`${name}, Node.js ${process.version}\t${median.toFixed(0)} ns a chunk`);
}
