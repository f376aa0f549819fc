/** `node scripts/run-ts.js test/packet/encoded-captures.ts` makes captures/encoded-*.pcap anew. */
import { writeEncodedCaptures } from './encoded.ts';

await writeEncodedCaptures('captures');
