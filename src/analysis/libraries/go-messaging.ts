/** Go's clients of message brokers and coordinators, and gRPC: AMQP, NATS, Kafka, ZooKeeper. */

import type { CallFact, Library } from '../flow/facts.js';
import { client, opening, perPath, valueOrError } from './go-kit.js';

const amqp = perPath(['github.com/streadway/amqp', 'github.com/rabbitmq/amqp091-go'], (path) => {
  const connection = client({
    type: `${path}.Connection`,
    source: 'amqp091 connection.go Connection: closing it closes its channels',
    closes: ['Close', 'CloseDeadline'],
    errors: ['UpdateSecret'],
    plain: ['NotifyClose', 'NotifyBlocked', 'IsClosed', 'LocalAddr'],
  });
  return {
    types: [
      ...connection.types,
      { name: `${path}.Channel`, source: 'amqp091 channel.go Channel: holds its Connection', onDrop: 'never', managed: true },
    ],
    calls: [
      ...connection.calls,
      {
        name: `${path}.Connection.Channel`,
        source: 'amqp091 connection.go Connection.Channel: closing a channel leaves the connection',
        wraps: { type: `${path}.Channel` },
        ...valueOrError(),
      },
      {
        name: ['Dial', 'DialTLS', 'DialTLS_ExternalAuth', 'DialConfig'].map((name) => `${path}.${name}`),
        source: 'amqp091 connection.go DialConfig: 30 s to connect; closes the connection when its handshake fails',
        ...opening(`${path}.Connection`),
      },
      { name: `${path}.Open`, source: 'amqp091 connection.go Open', wraps: { type: `${path}.Connection` }, ...valueOrError() },
    ],
  };
});

const nats = perPath(['github.com/nats-io/nats.go', 'github.com/nats-io/nats', 'github.com/nats-io/go-nats'], (path) => {
  const connection = client({
    type: `${path}.Conn`,
    source: 'nats.go nats.go Conn',
    closes: ['Close', 'Drain'],
    errors: ['Publish', 'PublishMsg', 'PublishRequest', 'Flush', 'FlushTimeout'],
    values: ['Request', 'RequestMsg', 'Subscribe', 'SubscribeSync', 'QueueSubscribe', 'QueueSubscribeSync', 'ChanSubscribe'],
    plain: ['IsConnected', 'IsClosed', 'LastError', 'Status', 'ConnectedUrl', 'Stats'],
    views: { JetStream: `${path}.Conn` },
  });
  return {
    types: connection.types,
    calls: [
      ...connection.calls,
      {
        name: [`${path}.Connect`, `${path}.Options.Connect`],
        source: 'nats.go nats.go Connect: reconnects until it is closed',
        ...opening(`${path}.Conn`),
      },
      {
        name: `${path}.NewEncodedConn`,
        source: 'nats.go enc.go NewEncodedConn: closing it closes its Conn',
        wraps: { type: `${path}.Conn` },
        ...valueOrError(),
      },
    ],
  };
});

const kafka = 'github.com/segmentio/kafka-go';
const kafkaConn = client({
  type: `${kafka}.Conn`,
  source: 'kafka-go conn.go Conn',
  closes: ['Close'],
  errors: ['SetDeadline', 'SetReadDeadline', 'SetWriteDeadline', 'CreateTopics', 'DeleteTopics'],
  values: [
    'Read',
    'ReadMessage',
    'Write',
    'WriteMessages',
    'ReadPartitions',
    'Controller',
    'Brokers',
    'Seek',
    'ReadLastOffset',
    'ReadFirstOffset',
  ],
  onDrop: 'collector',
});
const kafkaReader = client({
  type: `${kafka}.Reader`,
  source: 'kafka-go reader.go Reader.Close',
  closes: ['Close'],
  errors: ['CommitMessages', 'SetOffset'],
  values: ['ReadMessage', 'FetchMessage', 'ReadLag'],
  plain: ['Stats', 'Config', 'Offset', 'Lag'],
});
const kafkaWriter = client({
  type: `${kafka}.Writer`,
  source: 'kafka-go writer.go Writer.Close',
  closes: ['Close'],
  errors: ['WriteMessages'],
  plain: ['Stats'],
});
const kafkaDials = ['Dial', 'DialContext', 'DialLeader', 'DialPartition'];

const sarama = perPath(['github.com/Shopify/sarama', 'github.com/IBM/sarama'], (path) => {
  const kinds: [string, string[]][] = [
    ['Client', ['Close']],
    ['Consumer', ['Close']],
    ['SyncProducer', ['Close']],
    ['AsyncProducer', ['Close', 'AsyncClose']],
    ['ConsumerGroup', ['Close']],
    ['ClusterAdmin', ['Close']],
  ];
  const clients = kinds.map(([kind, closes]) =>
    client({ type: `${path}.${kind}`, source: `sarama ${kind}.Close: must be called`, closes }),
  );
  return {
    types: clients.flatMap((one) => one.types),
    calls: [
      ...clients.flatMap((one) => one.calls),
      ...kinds.map(([kind]): CallFact => ({ name: `${path}.New${kind}`, source: `sarama New${kind}`, ...opening(`${path}.${kind}`) })),
      {
        name: ['Consumer', 'SyncProducer', 'AsyncProducer', 'ConsumerGroup', 'ClusterAdmin'].map((kind) => `${path}.New${kind}FromClient`),
        source: 'sarama NewConsumerFromClient: borrows the client',
        ...valueOrError(),
      },
    ],
  };
});

const grpcPath = 'google.golang.org/grpc';
const grpc = client({
  type: `${grpcPath}.ClientConn`,
  source: 'grpc clientconn.go ClientConn.Close',
  closes: ['Close'],
  errors: ['Invoke'],
  values: ['NewStream'],
  plain: ['GetState', 'WaitForStateChange', 'Target', 'Connect', 'ResetConnectBackoff'],
});

const zookeeper = perPath(['github.com/samuel/go-zookeeper/zk', 'github.com/go-zookeeper/zk'], (path) => {
  const conn = client({
    type: `${path}.Conn`,
    source: 'go-zookeeper zk/conn.go Conn.Close',
    closes: ['Close'],
    values: ['Create'],
    plain: ['State', 'SessionID', 'SetLogger', 'AddAuth'],
  });
  return {
    types: conn.types,
    calls: [
      ...conn.calls,
      {
        name: [`${path}.Connect`, `${path}.ConnectWithDialer`],
        source: 'go-zookeeper zk/conn.go Connect: reconnects until it is closed',
        ...opening(`${path}.Conn`, 1),
      },
    ],
  };
});

export const library: Library = {
  id: 'go-messaging',
  languages: ['go'],
  title: 'AMQP, NATS, Kafka, gRPC, ZooKeeper',
  types: [amqp, nats, kafkaConn, kafkaReader, kafkaWriter, sarama, grpc, zookeeper].flatMap((one) => one.types),
  calls: [
    ...[amqp, nats, kafkaConn, kafkaReader, kafkaWriter, sarama, grpc, zookeeper].flatMap((one) => one.calls),
    {
      name: kafkaDials.flatMap((name) => [`${kafka}.${name}`, `${kafka}.Dialer.${name}`, `${kafka}.DefaultDialer.${name}`]),
      source: 'kafka-go dialer.go Dialer.DialContext',
      ...opening(`${kafka}.Conn`),
    },
    { name: [`${kafka}.NewConn`, `${kafka}.NewConnWith`], source: 'kafka-go conn.go NewConn', wraps: { type: `${kafka}.Conn` } },
    {
      name: `${kafka}.NewReader`,
      source: 'kafka-go reader.go NewReader',
      opens: { type: `${kafka}.Reader`, role: 'client', connected: true },
      ok: ['nonnull'],
    },
    {
      name: `${kafka}.NewWriter`,
      source: 'kafka-go writer.go NewWriter',
      opens: { type: `${kafka}.Writer`, role: 'client', connected: true },
      ok: ['nonnull'],
    },
    {
      name: ['Dial', 'DialContext', 'NewClient'].map((name) => `${grpcPath}.${name}`),
      source: 'grpc clientconn.go Dial: its goroutines keep the connection until Close',
      ...opening(`${grpcPath}.ClientConn`),
    },
  ],
};
