/** Clients of other protocols: Redis, FTP and its kin, SSH, mail. Each is one object that connects and is closed by a method. */

import type { Library } from '../flow/facts.js';
import { clientFacts } from './java-kit.js';

const io = 'java.io.IOException';

const jedis = clientFacts({
  type: 'redis.clients.jedis.Jedis', alike: ['redis.clients.jedis.BinaryJedis', 'redis.clients.jedis.ShardedJedis'], source: 'jedis 4.x, redis/clients/jedis/Jedis.java: close() ends it, or gives it back to its pool', onDrop: 'collector',
  makers: ['redis.clients.jedis.JedisPool.getResource', 'redis.clients.jedis.JedisSentinelPool.getResource', 'redis.clients.jedis.ShardedJedisPool.getResource', 'redis.clients.jedis.util.Pool.getResource'], later: ['redis.clients.jedis.Jedis'], connects: ['connect'],
  closes: ['close', 'disconnect', 'quit'], throws: ['redis.clients.jedis.exceptions.JedisConnectionException'],
  asks: ['get', 'set', 'del', 'exists', 'expire', 'ttl', 'keys', 'hget', 'hset', 'hgetAll', 'hdel', 'hmset', 'hmget', 'incr', 'incrBy', 'decr', 'lpush', 'rpush', 'lpop', 'rpop', 'blpop', 'brpop', 'lrange', 'llen', 'sadd', 'srem', 'smembers', 'sismember', 'zadd', 'zrange', 'zrem', 'zscore',
    'setex', 'setnx', 'getSet', 'mget', 'mset', 'scan', 'eval', 'evalsha', 'publish', 'subscribe', 'psubscribe', 'ping', 'auth', 'select', 'info', 'flushDB', 'flushAll', 'type', 'append', 'watch', 'dbSize', 'sort', 'zrangeByScore', 'zincrby', 'hincrBy', 'scard', 'zcard', 'hkeys', 'hvals', 'ltrim'],
  tells: ['isConnected', 'setDataSource', 'getDB', 'getClient', 'isBroken'],
});

const ftp = clientFacts({
  type: 'org.apache.commons.net.ftp.FTPClient', alike: ['org.apache.commons.net.ftp.FTPSClient', 'org.apache.commons.net.SocketClient', 'org.apache.commons.net.telnet.TelnetClient', 'org.apache.commons.net.smtp.SMTPClient', 'org.apache.commons.net.pop3.POP3Client', 'org.apache.commons.net.imap.IMAPClient', 'org.apache.commons.net.ftp.FTP'],
  source: 'commons-net 3.9, org/apache/commons/net/SocketClient.java: logout() does not close, disconnect() does', onDrop: 'collector', closedBy: 'disconnect()',
  later: ['org.apache.commons.net.ftp.FTPClient', 'org.apache.commons.net.ftp.FTPSClient', 'org.apache.commons.net.telnet.TelnetClient', 'org.apache.commons.net.smtp.SMTPClient', 'org.apache.commons.net.pop3.POP3Client', 'org.apache.commons.net.imap.IMAPClient'], connects: ['connect'],
  closes: ['disconnect'], throws: [io],
  asks: ['login', 'logout', 'changeWorkingDirectory', 'changeToParentDirectory', 'makeDirectory', 'removeDirectory', 'deleteFile', 'rename', 'retrieveFile', 'storeFile', 'appendFile', 'listFiles', 'listNames', 'listDirectories', 'setFileType', 'printWorkingDirectory', 'sendCommand', 'completePendingCommand', 'noop', 'execPBSZ', 'execPROT', 'doCommand', 'features', 'getModificationTime', 'quit', 'helo', 'mdtmFile', 'sendNoOp'],
  tells: ['isConnected', 'isAvailable', 'getReplyCode', 'getReplyString', 'getReply', 'enterLocalPassiveMode', 'enterLocalActiveMode', 'setConnectTimeout', 'setDefaultTimeout', 'setDataTimeout', 'setSoTimeout', 'setControlEncoding', 'setControlKeepAliveTimeout', 'setBufferSize', 'addProtocolCommandListener', 'configure', 'setRemoteVerificationEnabled', 'setKeepAlive', 'setTcpNoDelay', 'setDefaultPort', 'setAutodetectUTF8', 'getRemoteAddress', 'setSocketFactory', 'setListHiddenFiles', 'setUseEPSVwithIPv4', 'getStatus'],
});

const jsch = clientFacts({
  type: 'com.jcraft.jsch.Session', source: 'jsch 0.1.55, com/jcraft/jsch/Session.java: a thread of its own reads until disconnect()', onDrop: 'never', closedBy: 'disconnect()', later: ['com.jcraft.jsch.JSch.getSession'], connects: ['connect'], connectCloses: true,
  closes: ['disconnect'], throws: ['com.jcraft.jsch.JSchException'], asks: ['sendKeepAliveMsg', 'setPortForwardingL', 'setPortForwardingR', 'rekey'],
  tells: ['setPassword', 'setConfig', 'setUserInfo', 'setTimeout', 'setServerAliveInterval', 'setServerAliveCountMax', 'isConnected', 'setProxy', 'setX11Host', 'setDaemonThread', 'setSocketFactory', 'getHost', 'getPort', 'getServerVersion', 'setHostKeyRepository', 'getUserName'],
  views: { type: 'com.jcraft.jsch.Channel', made: ['openChannel', 'getStreamForwarder'], asks: ['connect', 'getInputStream', 'getOutputStream', 'getErrStream', 'getExtInputStream', 'put', 'get', 'ls', 'cd', 'rm', 'mkdir', 'rename', 'stat'], tells: ['setCommand', 'setInputStream', 'setOutputStream', 'setErrStream', 'isConnected', 'isClosed', 'isEOF', 'getExitStatus', 'setPty', 'exit', 'quit', 'getSession', 'setEnv'] },
});

const sshj = clientFacts({
  type: 'net.schmizz.sshj.SSHClient', source: 'sshj 0.35, net/schmizz/sshj/SSHClient.java: a thread of its own reads until disconnect()', onDrop: 'never', later: ['net.schmizz.sshj.SSHClient'], connects: ['connect'],
  closes: ['disconnect', 'close'], throws: [io], asks: ['authPassword', 'authPublickey', 'auth', 'authGssApiWithMic', 'loadKnownHosts'], tells: ['addHostKeyVerifier', 'isConnected', 'isAuthenticated', 'setConnectTimeout', 'setTimeout', 'getConnection', 'loadKeys', 'useCompression', 'getTransport', 'setSocketFactory'],
  views: { type: 'net.schmizz.sshj.connection.channel.direct.Session', made: ['startSession', 'newSFTPClient', 'newSCPFileTransfer', 'newLocalPortForwarder'], asks: ['exec', 'allocateDefaultPTY', 'startShell', 'get', 'put', 'ls', 'mkdir', 'rm', 'upload', 'download', 'listen'], tells: ['getExitStatus', 'isOpen', 'join'] },
});

const mail = (p: string): ReturnType<typeof clientFacts>[] => ['Transport', 'Store'].map((name) => clientFacts({
  type: `${p}.${name}`, source: `JavaMail 1.6, javax/mail/${name}.java: connected until close()`, onDrop: 'collector', later: [`${p}.Session.get${name}`], connects: ['connect'], closes: ['close'], throws: [`${p}.MessagingException`],
  asks: ['sendMessage', 'getFolder', 'getDefaultFolder', 'getPersonalNamespaces', 'getQuotaRoot'], tells: ['isConnected', 'addConnectionListener', 'addTransportListener', 'addStoreListener', 'getURLName'],
}));

const lettuce = clientFacts({
  type: 'io.lettuce.core.api.StatefulRedisConnection', source: 'lettuce 6, io/lettuce/core/RedisClient.java connect: Netty\'s event loop holds it until close()', onDrop: 'never', makers: ['io.lettuce.core.RedisClient.connect', 'io.lettuce.core.RedisClient.connectPubSub'],
  closes: ['close', 'closeAsync'], throws: ['io.lettuce.core.RedisConnectionException'], asks: [], tells: ['isOpen', 'setTimeout', 'setAutoFlushCommands', 'flushCommands', 'isMulti'],
});

const all = [jedis, ftp, jsch, sshj, ...mail('javax.mail'), ...mail('jakarta.mail'), lettuce];

export const library: Library = {
  id: 'java-clients', languages: ['java'], title: 'Jedis, Lettuce, commons-net, JSch, sshj, JavaMail',
  types: all.flatMap(({ types }) => types),
  calls: [
    ...all.flatMap(({ calls }) => calls),
    { name: ['redis.clients.jedis.JedisPool.returnResource', 'redis.clients.jedis.JedisPool.returnBrokenResource', 'redis.clients.jedis.util.Pool.returnResource'], source: 'redis/clients/jedis/JedisPool.java returnResource', on: { arg: 0 }, closes: true, step: { do: 'close' } },
    { name: 'io.lettuce.core.RedisClient.create', source: 'io/lettuce/core/RedisClient.java create', gives: 'io.lettuce.core.RedisClient' },
  ],
  exceptions: {
    'redis.clients.jedis.exceptions.JedisException': ['java.lang.RuntimeException'], 'redis.clients.jedis.exceptions.JedisConnectionException': ['redis.clients.jedis.exceptions.JedisException'], 'com.jcraft.jsch.JSchException': ['java.lang.Exception'], 'com.jcraft.jsch.SftpException': ['java.lang.Exception'],
    'javax.mail.MessagingException': ['java.lang.Exception'], 'jakarta.mail.MessagingException': ['java.lang.Exception'], 'io.lettuce.core.RedisConnectionException': ['java.lang.RuntimeException'], 'net.schmizz.sshj.transport.TransportException': [io], 'net.schmizz.sshj.userauth.UserAuthException': [io],
  },
};
