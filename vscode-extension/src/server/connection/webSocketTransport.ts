/** Speaks with a server elsewhere: one JSON-RPC message a text frame of a WebSocket. */
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageTransports,
} from "vscode-languageclient/node";

/** The subprotocols that a client names: the protocol, and its token. */
const PROTOCOL = "antiphon";
const TOKEN = "bearer.";
const NORMAL = 1000;
const OPEN = 1;

/** What is used of the WebSocket of the extension host: Node has one since version 22. */
interface Socket {
  readonly readyState: number;
  send(data: string): void;
  close(code: number): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

const Sockets = (globalThis as { WebSocket?: new (url: string, protocols: readonly string[]) => Socket }).WebSocket;

/** Returns whether this editor can connect to a server elsewhere. */
export function hasWebSocket(): boolean {
  return Sockets !== undefined;
}

/** Opens a connection. Rejects if there is no server, or if it refuses; the reason is not known here. */
export function openWebSocket(url: string, token: string): Promise<MessageTransports> {
  return new Promise((resolve, reject) => {
    if (Sockets === undefined) {
      throw new Error("the extension host has no WebSocket");
    }
    const socket = new Sockets(url, token === "" ? [PROTOCOL] : [PROTOCOL, TOKEN + token]);
    // From the first frame on: it may come with the next bytes.
    const transports = { reader: new SocketReader(socket), writer: new SocketWriter(socket) };
    socket.addEventListener("open", () => {
      resolve(transports);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      reject(new Error(`the connection was closed (${code}${reason === "" ? "" : `, ${reason}`})`));
    });
  });
}

class SocketReader extends AbstractMessageReader {
  private readonly waiting: Message[] = [];
  private callback: DataCallback | undefined;

  constructor(socket: Socket) {
    super();
    socket.addEventListener("message", ({ data }) => {
      this.read(data);
    });
    socket.addEventListener("close", () => {
      this.fireClose();
    });
  }

  listen(callback: DataCallback): Disposable {
    this.callback = callback;
    for (const message of this.waiting.splice(0)) {
      callback(message);
    }
    return {
      dispose: () => {
        this.callback = undefined;
      },
    };
  }

  private read(data: unknown): void {
    try {
      const message = JSON.parse(String(data)) as Message;
      if (this.callback === undefined) {
        this.waiting.push(message);
      } else {
        this.callback(message);
      }
    } catch (error) {
      this.fireError(error);
    }
  }
}

class SocketWriter extends AbstractMessageWriter {
  constructor(private readonly socket: Socket) {
    super();
    socket.addEventListener("close", () => {
      this.fireClose();
    });
  }

  write(message: Message): Promise<void> {
    if (this.socket.readyState !== OPEN) {
      return Promise.reject(new Error("the connection to the server is closed"));
    }
    this.socket.send(JSON.stringify(message));
    return Promise.resolve();
  }

  end(): void {
    this.socket.close(NORMAL);
  }

  override dispose(): void {
    this.socket.close(NORMAL);
    super.dispose();
  }
}
