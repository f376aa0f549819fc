/** `node scripts/run-ts.js test/packet/write-encoded-captures.ts` makes captures/encoded-*.pcap anew. */
import { writeEncodedCaptures } from './encoded-captures.ts';

await writeEncodedCaptures('captures');
