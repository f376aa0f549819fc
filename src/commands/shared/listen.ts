import { Readable } from 'node:stream';
import { filter, snapLength } from '../../capture/filter.ts';
import { openStream } from '../../capture/open.ts';
import { CaptureError, type CaptureSink } from '../../capture/source.ts';
import type { NodeState } from '../../model/node-state.ts';
import type { NodePort } from '../../node/port.ts';
import { ShellFailure, type ShellNode } from '../../node/shell-node.ts';
import { Dissector } from '../../packet/dissect.ts';
import { WireFollower } from '../../vrrp/wire.ts';

/** tcpdump says that it is there by the head of its file; one that does not within this time never will. */
const startSeconds = 10;

/**
 * Listens on interfaces of a node for some seconds, by its own tcpdump. Gives what was heard, or in one line why nothing
 * could be.
 */
export async function listen(
  node: ShellNode,
  interfaces: readonly string[],
  seconds: number,
): Promise<NonNullable<NodeState['heard']> | string> {
  const wire = new WireFollower(
    { live: false, expectedVrids: [] },
    () => {},
    () => {},
  );
  const refusals = await Promise.all(interfaces.map((name) => listenOn(node, name, seconds, wire)));
  wire.finish();
  const refused = refusals.find((refusal) => refusal !== null);
  return refused ?? { wire, seconds };
}

async function listenOn(
  node: ShellNode,
  interfaceName: string,
  seconds: number,
  wire: WireFollower,
): Promise<string | null> {
  const name = `${node.name}:${interfaceName}`;
  try {
    const capture = await node.capture({ interfaceName, filter, snapLength });
    let end = () => {};
    const over = new Promise<null>((resolve) => {
      end = () => resolve(null);
    });
    let timer = setTimeout(end, startSeconds * 1000);
    let isListening = false;
    const run = openStream(name, capture.packets).run({
      ...follower(wire, name),
      batch: () => {
        if (isListening) return;
        isListening = true;
        clearTimeout(timer);
        timer = setTimeout(end, seconds * 1000);
      },
    });
    // Where the capture fails, its own words are better than those about its file.
    run.catch(() => {});
    const early = await Promise.race([over, capture.ended]);
    clearTimeout(timer);
    capture.stop();
    const failure = early ?? (await capture.ended);
    if (failure === null) await run;
    return failure;
  } catch (error) {
    if (error instanceof ShellFailure || error instanceof CaptureError) return error.message;
    throw error;
  }
}

function newWire(): WireFollower {
  return new WireFollower(
    { live: false, expectedVrids: [] },
    () => {},
    () => {},
  );
}

/** Takes the packets of a capture to the follower. */
function follower(wire: WireFollower, name: string): CaptureSink {
  const dissector = new Dissector();
  wire.captures.push(name);
  return {
    packet: (packet) => {
      wire.see(packet);
      const decoded = dissector.dissect(packet);
      if (decoded !== null && !wire.isCopy(decoded, packet)) wire.add(decoded, packet, name);
    },
    batch: () => {},
    warning: () => {},
  };
}

const captureFolder = '/captures';
const captureBytes = 256 * 1024 * 1024;

/** What the captures of a directory of evidence hold; null where there are none. */
export async function hearCaptures(port: NodePort): Promise<NodeState['heard']> {
  const files = (await port.list(captureFolder)).filter(({ path }) => /\.pcap(?:ng)?(?:\.gz)?$/.test(path));
  if (files.length === 0) return null;
  const wire = newWire();
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { path } of files) {
    const { bytes } = await port.readFile(path, captureBytes);
    if (bytes === null) continue;
    const follow = follower(wire, path);
    await openStream(path, Readable.from([bytes])).run({
      ...follow,
      packet: (packet) => {
        first = Math.min(first, packet.seconds);
        last = Math.max(last, packet.seconds);
        follow.packet(packet);
      },
    });
  }
  wire.finish();
  return { wire, seconds: Math.max(0, last - first) };
}
