import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * A stateful count per key, exactly once: each event's new count goes to a topic, the counts to RocksDB and to a
 * changelog topic. Two ways, as the documentation has them: "dsl" is the word count with its record cache off (with it
 * on, most results would never be sent), "processor" the Processor API with a cached store.
 *
 * <p>Arguments: bootstrap servers, application id, input topic, output topic, state directory, dsl or processor.
 */
public final class Count {
    private static final String STORE = "counts";

    public static void main(String[] arguments) {
        boolean dsl = arguments[5].equals("dsl");
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[4]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        if (dsl) {
            settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        }
        KafkaStreams streams = new KafkaStreams(
            dsl ? counted(arguments[2], arguments[3]) : processed(arguments[2], arguments[3]), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    private static Topology counted(String input, String output) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, byte[]>stream(input)
            .groupByKey()
            .count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as(STORE))
            .toStream()
            .to(output, Produced.with(Serdes.String(), Serdes.Long()));
        return builder.build();
    }

    private static Topology processed(String input, String output) {
        return new Topology()
            .addSource("events", input)
            .addProcessor("count", Counter::new, "events")
            .addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long())
                    .withCachingEnabled(),
                "count")
            .addSink("results", output, Serdes.String().serializer(), Serdes.Long().serializer(), "count");
    }

    private static final class Counter implements Processor<String, byte[], String, Long> {
        private ProcessorContext<String, Long> context;
        private KeyValueStore<String, Long> counts;

        @Override
        public void init(ProcessorContext<String, Long> context) {
            this.context = context;
            this.counts = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, byte[]> event) {
            Long held = counts.get(event.key());
            long count = held == null ? 1 : held + 1;
            counts.put(event.key(), count);
            context.forward(event.withValue(count));
        }
    }
}
