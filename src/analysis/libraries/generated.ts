// Written by scripts/generate.mjs from the files of this folder. Do not edit.
import type { Library } from '../flow/facts.js';
import { library as cCurl } from './c-curl.js';
import { library as cDatabases } from './c-databases.js';
import { library as cEventLoops } from './c-event-loops.js';
import { library as cGlib } from './c-glib.js';
import { library as cOpenssl } from './c-openssl.js';
import { library as cProcess } from './c-process.js';
import { library as cServers } from './c-servers.js';
import { library as cSockets } from './c-sockets.js';
import { library as cStdio } from './c-stdio.js';
import { library as cTlsClients } from './c-tls-clients.js';
import { library as cWindows } from './c-windows.js';
import { library as cppAsio } from './cpp-asio.js';
import { library as cppPoco } from './cpp-poco.js';
import { library as cppQt } from './cpp-qt.js';
import { library as cppStd } from './cpp-std.js';
import { library as csharpAsync } from './csharp-async.js';
import { library as csharpClients } from './csharp-clients.js';
import { library as csharpData } from './csharp-data.js';
import { library as csharpFiles } from './csharp-files.js';
import { library as csharpHttp } from './csharp-http.js';
import { library as csharpIo } from './csharp-io.js';
import { library as csharpNet } from './csharp-net.js';
import { library as csharpStreams } from './csharp-streams.js';
import { library as csharpTasks } from './csharp-tasks.js';
import { library as goClients } from './go-clients.js';
import { library as goDatabases } from './go-databases.js';
import { library as goDatagrams } from './go-datagrams.js';
import { library as goHttp } from './go-http.js';
import { library as goHttpClients } from './go-http-clients.js';
import { library as goIo } from './go-io.js';
import { library as goMessaging } from './go-messaging.js';
import { library as goNet } from './go-net.js';
import { library as goProcess } from './go-process.js';
import { library as goProtocols } from './go-protocols.js';
import { library as goSql } from './go-sql.js';
import { library as goSyscall } from './go-syscall.js';
import { library as goTls } from './go-tls.js';
import { library as goWebsocket } from './go-websocket.js';
import { library as goWrappers } from './go-wrappers.js';
import { library as javaApache } from './java-apache.js';
import { library as javaClients } from './java-clients.js';
import { library as javaDatagrams } from './java-datagrams.js';
import { library as javaFiles } from './java-files.js';
import { library as javaHttp } from './java-http.js';
import { library as javaIo } from './java-io.js';
import { library as javaJaxrs } from './java-jaxrs.js';
import { library as javaMessaging } from './java-messaging.js';
import { library as javaNet } from './java-net.js';
import { library as javaNio } from './java-nio.js';
import { library as javaOkhttp } from './java-okhttp.js';
import { library as javaProcess } from './java-process.js';
import { library as javaSql } from './java-sql.js';
import { library as javascriptClients } from './javascript-clients.js';
import { library as javascriptFetch } from './javascript-fetch.js';
import { library as javascriptHttp } from './javascript-http.js';
import { library as javascriptMessaging } from './javascript-messaging.js';
import { library as javascriptNet } from './javascript-net.js';
import { library as javascriptProcess } from './javascript-process.js';
import { library as pythonAsyncio } from './python-asyncio.js';
import { library as pythonClients } from './python-clients.js';
import { library as pythonDatabases } from './python-databases.js';
import { library as pythonEventLoops } from './python-event-loops.js';
import { library as pythonExecutors } from './python-executors.js';
import { library as pythonGreen } from './python-green.js';
import { library as pythonHttp } from './python-http.js';
import { library as pythonHttpClients } from './python-http-clients.js';
import { library as pythonMessaging } from './python-messaging.js';
import { library as pythonMoreClients } from './python-more-clients.js';
import { library as pythonSocket } from './python-socket.js';
import { library as pythonSocketserver } from './python-socketserver.js';
import { library as pythonSsl } from './python-ssl.js';
import { library as pythonTrio } from './python-trio.js';
import { library as rustDescriptors } from './rust-descriptors.js';
import { library as rustHttp } from './rust-http.js';
import { library as rustNet } from './rust-net.js';
import { library as rustSocket2 } from './rust-socket2.js';
import { library as rustTls } from './rust-tls.js';
import { library as rustTokio } from './rust-tokio.js';

export const LIBRARIES: readonly Library[] = [
  cCurl,
  cDatabases,
  cEventLoops,
  cGlib,
  cOpenssl,
  cProcess,
  cServers,
  cSockets,
  cStdio,
  cTlsClients,
  cWindows,
  cppAsio,
  cppPoco,
  cppQt,
  cppStd,
  csharpAsync,
  csharpClients,
  csharpData,
  csharpFiles,
  csharpHttp,
  csharpIo,
  csharpNet,
  csharpStreams,
  csharpTasks,
  goClients,
  goDatabases,
  goDatagrams,
  goHttp,
  goHttpClients,
  goIo,
  goMessaging,
  goNet,
  goProcess,
  goProtocols,
  goSql,
  goSyscall,
  goTls,
  goWebsocket,
  goWrappers,
  javaApache,
  javaClients,
  javaDatagrams,
  javaFiles,
  javaHttp,
  javaIo,
  javaJaxrs,
  javaMessaging,
  javaNet,
  javaNio,
  javaOkhttp,
  javaProcess,
  javaSql,
  javascriptClients,
  javascriptFetch,
  javascriptHttp,
  javascriptMessaging,
  javascriptNet,
  javascriptProcess,
  pythonAsyncio,
  pythonClients,
  pythonDatabases,
  pythonEventLoops,
  pythonExecutors,
  pythonGreen,
  pythonHttp,
  pythonHttpClients,
  pythonMessaging,
  pythonMoreClients,
  pythonSocket,
  pythonSocketserver,
  pythonSsl,
  pythonTrio,
  rustDescriptors,
  rustHttp,
  rustNet,
  rustSocket2,
  rustTls,
  rustTokio,
];
