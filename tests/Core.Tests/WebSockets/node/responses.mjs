// Asks for so many responses over one WebSocket with the official client, one after the other, and prints each event as a line.
import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';

const [address, count] = process.argv.slice(2);
const client = new OpenAI({ apiKey: 'sk-test', baseURL: address });
const socket = new ResponsesWS(client);
const ends = ['response.completed', 'response.incomplete', 'response.failed', 'error'];
let asked = 0;

const ask = () => {
  if (asked++ === Number(count)) {
    socket.close();
  } else {
    socket.send({ type: 'response.create', model: 'gpt-test', input: 'hi' });
  }
};

socket.on('error', () => {}); // an error is an event like others here
socket.on('event', (event) => {
  process.stdout.write(JSON.stringify(event) + '\n');
  if (ends.includes(event.type)) {
    ask();
  }
});
socket.on('close', () => { process.exitCode = asked > Number(count) ? 0 : 1; });
ask();
