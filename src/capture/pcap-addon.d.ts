/**
 * The npm package `pcap`, as far as it is used: it is optional, and may not be there to be checked against.
 * `native` parts are its own affair; why they are needed is told where they are used.
 */
declare module 'pcap' {
  export interface PcapPacket {
    /** Seconds, microseconds, captured length, length; four bytes each, in the byte order of the host. */
    readonly header: Buffer;
    /** Reused for the next packet. */
    readonly buf: Buffer;
  }

  export interface NativeSession {
    read_callback: () => void;
    /** Hands over the packets that wait. Negative: -1 an error, -2 closed. */
    dispatch(buffer: Buffer, header: Buffer): number;
    open_offline(
      path: string,
      filter: string,
      bufferSize: number,
      snapLength: number,
      output: string,
      onPacket: () => void,
      isMonitor: boolean,
      timeout: number,
      onWarning: () => void,
      isPromiscuous: boolean,
    ): string;
    close(): void;
  }

  export interface PcapSession {
    readonly link_type: string;
    readonly buf: Buffer;
    readonly header: Buffer;
    readonly session: NativeSession;
    on(event: 'packet', listener: (packet: PcapPacket) => void): void;
    stats(): { readonly ps_recv: number; readonly ps_drop: number; readonly ps_ifdrop: number };
  }

  export interface SessionOptions {
    readonly filter: string;
    readonly snap_length: number;
    readonly buffer_size: number;
    readonly buffer_timeout: number;
    readonly promiscuous: boolean;
  }

  const addon: {
    createSession(device: string, options: SessionOptions): PcapSession;
    warningHandler: (message: string) => void;
  };
  // biome-ignore lint/style/noDefaultExport: a CommonJS module has no other
  export default addon;
}
