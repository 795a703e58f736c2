/** Clients of message brokers, remote calls, document stores and directories: each is one object that is connected until it is closed. */

import type { Library } from '../flow/facts.js';
import { clientFacts } from './client-kit.js';

const io = 'java.io.IOException';
const kafkaError = 'org.apache.kafka.common.KafkaException';
const naming = 'javax.naming.NamingException';

const rabbit = clientFacts({
  type: 'com.rabbitmq.client.Connection',
  source: 'amqp-client 5, com/rabbitmq/client/impl/AMQConnection.java: a thread of its own reads until close()',
  onDrop: 'never',
  makers: ['com.rabbitmq.client.ConnectionFactory.newConnection'],
  closes: ['close', 'abort'],
  throws: [io],
  asks: [],
  tells: ['isOpen', 'addShutdownListener', 'addBlockedListener', 'getAddress', 'getPort', 'getServerProperties', 'setId', 'getId'],
  views: {
    type: 'com.rabbitmq.client.Channel',
    made: ['createChannel', 'openChannel'],
    asks: [
      'queueDeclare',
      'queueDeclarePassive',
      'queueBind',
      'queueUnbind',
      'queueDelete',
      'queuePurge',
      'exchangeDeclare',
      'exchangeDeclarePassive',
      'exchangeDelete',
      'basicPublish',
      'basicGet',
      'basicAck',
      'basicNack',
      'basicReject',
      'basicQos',
      'basicCancel',
      'confirmSelect',
      'waitForConfirms',
      'waitForConfirmsOrDie',
      'txSelect',
      'txCommit',
      'messageCount',
    ],
    tells: ['isOpen', 'addConfirmListener', 'addReturnListener', 'addShutdownListener', 'getNextPublishSeqNo', 'abort', 'getConnection'],
    // From here on messages come: the connection is meant to stay.
    consumes: ['basicConsume', 'setDefaultConsumer'],
  },
});

const kafka = (name: string, asks: string[], tells: string[]): ReturnType<typeof clientFacts> =>
  clientFacts({
    type: `org.apache.kafka.clients.${name}`,
    source: `kafka-clients 3, org/apache/kafka/clients/${name.replace('.', '/')}.java: connected until close()`,
    onDrop: 'never',
    longLived: true,
    makers: [`org.apache.kafka.clients.${name}`],
    closes: ['close'],
    throws: [kafkaError],
    asks,
    tells,
  });

const grpc = clientFacts({
  type: 'io.grpc.ManagedChannel',
  source: 'grpc-java 1.5x, io/grpc/ManagedChannel.java: must be shut down (ManagedChannelOrphanWrapper complains)',
  onDrop: 'never',
  longLived: true,
  closedBy: 'shutdownNow()',
  makers: ['io.grpc.ManagedChannelBuilder.build'],
  closes: ['shutdown', 'shutdownNow'],
  throws: ['io.grpc.StatusRuntimeException'],
  asks: [],
  tells: ['isShutdown', 'isTerminated', 'getState', 'enterIdle', 'resetConnectBackoff', 'notifyWhenStateChanged', 'authority'],
});
const builders = [
  'io.grpc.ManagedChannelBuilder',
  'io.grpc.netty.NettyChannelBuilder',
  'io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder',
  'io.grpc.okhttp.OkHttpChannelBuilder',
];

const mongo = clientFacts({
  type: 'com.mongodb.client.MongoClient',
  alike: ['com.mongodb.MongoClient'],
  source: 'mongodb-driver-sync 4, com/mongodb/client/MongoClient.java close: a pool and its monitors live until then',
  onDrop: 'never',
  longLived: true,
  makers: ['com.mongodb.client.MongoClients.create', 'com.mongodb.MongoClient'],
  closes: ['close'],
  throws: ['com.mongodb.MongoException'],
  asks: ['listDatabases', 'listDatabaseNames'],
  tells: ['getClusterDescription'],
});

const directory = clientFacts({
  type: 'javax.naming.directory.DirContext',
  alike: ['javax.naming.ldap.LdapContext', 'javax.naming.directory.InitialDirContext', 'javax.naming.ldap.InitialLdapContext'],
  source: 'com/sun/jndi/ldap/Connection.java: a thread of its own reads; LdapCtx.finalize closes what is collected',
  onDrop: 'collector',
  makers: ['javax.naming.directory.InitialDirContext', 'javax.naming.ldap.InitialLdapContext'],
  closes: ['close'],
  throws: [naming],
  asks: [
    'search',
    'lookup',
    'getAttributes',
    'modifyAttributes',
    'bind',
    'rebind',
    'unbind',
    'rename',
    'list',
    'listBindings',
    'createSubcontext',
    'destroySubcontext',
    'reconnect',
    'extendedOperation',
    'getSchema',
  ],
  tells: ['addToEnvironment', 'removeFromEnvironment', 'getEnvironment', 'setRequestControls', 'getResponseControls', 'getNameInNamespace'],
});

const all = [
  rabbit,
  kafka(
    'consumer.KafkaConsumer',
    ['poll', 'commitSync', 'partitionsFor', 'listTopics', 'position', 'committed', 'beginningOffsets', 'endOffsets', 'offsetsForTimes'],
    [
      'subscribe',
      'assign',
      'unsubscribe',
      'seek',
      'seekToBeginning',
      'seekToEnd',
      'commitAsync',
      'wakeup',
      'pause',
      'resume',
      'assignment',
    ],
  ),
  kafka(
    'producer.KafkaProducer',
    ['flush', 'partitionsFor', 'initTransactions', 'commitTransaction'],
    ['send', 'metrics', 'beginTransaction'],
  ),
  grpc,
  mongo,
  directory,
];

export const library: Library = {
  id: 'java-messaging',
  languages: ['java'],
  title: 'RabbitMQ, Kafka, gRPC, MongoDB, JNDI',
  types: [
    ...all.flatMap(({ types }) => types),
    ...builders.map((name) => ({
      name,
      source: 'io/grpc/ManagedChannelBuilder.java: opens nothing by itself',
      onDrop: 'at-once' as const,
      ...(name === builders[0] ? {} : { extends: 'io.grpc.ManagedChannelBuilder' }),
    })),
  ],
  calls: [
    ...all.flatMap(({ calls }) => calls),
    {
      name: [...builders.flatMap((name) => [`${name}.forAddress`, `${name}.forTarget`]), 'io.grpc.Grpc.newChannelBuilder'],
      source: 'io/grpc/ManagedChannelBuilder.java forAddress',
      gives: 'io.grpc.ManagedChannelBuilder',
    },
    {
      name: [
        'usePlaintext',
        'useTransportSecurity',
        'keepAliveTime',
        'keepAliveTimeout',
        'keepAliveWithoutCalls',
        'maxInboundMessageSize',
        'intercept',
        'userAgent',
        'executor',
        'directExecutor',
        'idleTimeout',
        'enableRetry',
        'disableRetry',
        'maxRetryAttempts',
        'defaultLoadBalancingPolicy',
        'overrideAuthority',
        'sslContext',
        'negotiationType',
        'nameResolverFactory',
        'defaultServiceConfig',
      ].map((name) => `io.grpc.ManagedChannelBuilder.${name}`),
      source: 'io/grpc/ManagedChannelBuilder.java',
      gives: 'io.grpc.ManagedChannelBuilder',
    },
    { name: 'io.grpc.ManagedChannel.awaitTermination', source: 'io/grpc/ManagedChannel.java awaitTermination', waitsForClose: true },
  ],
  exceptions: {
    [kafkaError]: ['java.lang.RuntimeException'],
    'org.apache.kafka.common.errors.WakeupException': [kafkaError],
    'io.grpc.StatusRuntimeException': ['java.lang.RuntimeException'],
    'com.mongodb.MongoException': ['java.lang.RuntimeException'],
    [naming]: ['java.lang.Exception'],
    'javax.naming.CommunicationException': [naming],
    'javax.naming.AuthenticationException': [naming],
    'com.rabbitmq.client.ShutdownSignalException': ['java.lang.RuntimeException'],
  },
};
