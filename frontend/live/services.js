// The server's sessions and kernels, by JupyterLab's own client; no other module of a live page knows it.

import { KernelAPI, KernelManager, ServerConnection, SessionManager } from "@jupyterlab/services";

export function openServices(server) {
  // Without a token: the login is a cookie, which the browser sends by itself.
  const serverSettings = ServerConnection.makeSettings({ baseUrl: server, wsUrl: server.replace(/^http/, "ws"), token: "" });
  const sessions = new SessionManager({ serverSettings, kernelManager: new KernelManager({ serverSettings }) });
  return {
    startSession: (options) => sessions.startNew(options),
    findKernel: (id) => KernelAPI.getKernelModel(id, serverSettings), // nothing where there is none of that id
    dispose: () => sessions.dispose(),
  };
}
