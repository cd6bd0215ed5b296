<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <renderer-v2 type="categorizedSymbol" attr="risk_level" symbollevels="0" enableorderby="0" forceraster="0">
    <categories>
      <category value="1" symbol="0" label="重大风险 · 红" render="true"/>
      <category value="2" symbol="1" label="较大风险 · 橙" render="true"/>
      <category value="3" symbol="2" label="一般风险 · 黄" render="true"/>
      <category value="4" symbol="3" label="低风险 · 蓝" render="true"/>
      <category value="" symbol="4" label="无数据" render="true"/>
    </categories>
    <symbols>
      <symbol name="0" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <prop k="color" v="151,1,14,255"/>
          <prop k="name" v="circle"/>
          <prop k="outline_color" v="94,0,9,255"/>
          <prop k="outline_width" v="0.40"/>
          <prop k="size" v="4.00"/>
          <prop k="size_unit" v="MM"/>
        </layer>
      </symbol>
      <symbol name="1" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <prop k="color" v="234,128,13,255"/>
          <prop k="name" v="circle"/>
          <prop k="outline_color" v="143,75,0,255"/>
          <prop k="outline_width" v="0.40"/>
          <prop k="size" v="3.40"/>
          <prop k="size_unit" v="MM"/>
        </layer>
      </symbol>
      <symbol name="2" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <prop k="color" v="255,244,110,255"/>
          <prop k="name" v="circle"/>
          <prop k="outline_color" v="138,122,0,255"/>
          <prop k="outline_width" v="0.40"/>
          <prop k="size" v="2.80"/>
          <prop k="size_unit" v="MM"/>
        </layer>
      </symbol>
      <symbol name="3" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <prop k="color" v="18,113,217,255"/>
          <prop k="name" v="circle"/>
          <prop k="outline_color" v="11,74,143,255"/>
          <prop k="outline_width" v="0.40"/>
          <prop k="size" v="2.60"/>
          <prop k="size_unit" v="MM"/>
        </layer>
      </symbol>
      <symbol name="4" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <prop k="color" v="255,255,255,255"/>
          <prop k="name" v="circle"/>
          <prop k="outline_color" v="110,110,110,255"/>
          <prop k="outline_width" v="0.40"/>
          <prop k="size" v="2.60"/>
          <prop k="size_unit" v="MM"/>
        </layer>
      </symbol>
    </symbols>
  </renderer-v2>
  <layerGeometryType>0</layerGeometryType>
</qgis>
